import { costOf, judgeKill, type KillVerdict } from './judge-kill.ts'
import type { PaidWorld } from './paid-world.ts'
import type { PaidRound } from './random-rounds.ts'

/** Short: it only has to show that the channel goes on. */
const NEXT_JOB = { promptIds: [7, 8, 9], maxTokens: 40 }

export interface RoundOutcome extends KillVerdict {
  round: PaidRound
  /** How far the job was: segments that the provider had sent. */
  segments: number
  /** It was over before the moment came. */
  isWhole: boolean
  /** The browser came back with none of what it had kept. */
  isWiped: boolean
}

/** One job whose page is killed, what both books say then, and one job after it on the same channel. */
export async function runKillRound(world: PaidWorld, round: PaidRound): Promise<RoundOutcome> {
  const { killed, promptIds, maxTokens, afterSteps, delayMs } = round
  const before = await world.books()
  const job = world.start({ promptIds, maxTokens })
  await Promise.race([job.watch.reached(afterSteps), job.here])
  await new Promise((resolve) => {
    setTimeout(resolve, delayMs)
  })
  const isKept = await world.killAndReopen()
  const here = await job.here
  const after = await world.books()
  const { crossed } = job.watch
  const verdict = judgeKill({
    killed,
    promptTokens: promptIds.length,
    before: before.promised,
    crossed,
    kept: job.kept(),
    receivedTokens: job.receivedTokens(),
    held: after.held,
    promised: after.promised,
  })
  // Nobody can go on with a channel whose key is gone.
  const next = isKept ? await runNextJob(world, after) : ['the browser has thrown away key and book']
  return {
    ...verdict,
    round,
    segments: crossed.segments.length,
    isWhole: here === 'delivered' || here === 'served',
    isWiped: !isKept,
    violations: [
      ...verdict.violations,
      ...(before.held === before.promised ? [] : [`${before.held} of ${before.promised} was held before`]),
      ...(after.unreadable === 0 ? [] : [`${after.unreadable} records cannot be read`]),
      ...next,
    ],
  }
}

/** What is wrong with the job that comes after. */
async function runNextJob(world: PaidWorld, after: { promised: bigint }): Promise<string[]> {
  const job = world.start(NEXT_JOB)
  const [here, there] = [await job.here, await job.there()]
  const books = await world.books()
  const cost = costOf(NEXT_JOB.promptIds.length, NEXT_JOB.maxTokens)
  const [first] = job.watch.crossed.vouchers
  const facts: [boolean, string][] = [
    [[here, there].toSorted().join() === 'delivered,served', `the next job ended: ${here}; ${there}`],
    [
      first === after.promised + costOf(NEXT_JOB.promptIds.length, 0),
      `its first voucher was ${first}, not a prompt more`,
    ],
    [
      books.promised === after.promised + cost,
      `${books.promised - after.promised} was promised for what costs ${cost}`,
    ],
    [books.held === books.promised, `${books.held} is held of ${books.promised}`],
    [books.unreadable === 0, `${books.unreadable} records cannot be read`],
    [world.channelIds().length === 1, `there are ${world.channelIds().length} channels`],
  ]
  return facts.flatMap(([isRight, otherwise]) => (isRight ? [] : [otherwise]))
}
