import type { Feed, SlotDecoder } from '../session/slot-decoder.ts'
import { buildFeed } from './build-feed.ts'
import { composeRun } from './compose-run.ts'
import type { RunShape } from './plan-runs.ts'
import { createReadBudget } from './read-budget.ts'
import type { RowPolicy } from './row-policy.ts'
import { nextReach, planAhead } from './run-ahead.ts'
import type { Seated, Seating } from './seating.ts'
import type { FeedKind } from './slot-memory.ts'
import { createSpeculation, type Drafter, type StepPlan } from './speculation.ts'
import type { Part, Wish } from './strand.ts'

/** A call that can be fed, and what it wishes for. */
export interface Ready<T extends Seated> {
  call: T
  slot: number
  wish: Wish
  drafter: Drafter | null
}

export interface RunReport {
  /** `ahead`: the device chose by itself. */
  kind: 'feeds' | 'ahead'
  /** Sequences in the run, and how many of them wrote. */
  feeds: number
  writing: number
  rows: number
  /** Rows of drafts, and how many tokens came of the run in all. */
  drafts: number
  tokens: number
  milliseconds: number
}

export interface RunnerOptions {
  decoder: SlotDecoder
  shape: RunShape
  policy: RowPolicy
  busyReadRows: number
  drafts?: boolean
  batch?: boolean
  now: () => number
  onRun?: (report: RunReport) => void
}

export interface Runner<T extends Seated> {
  /**
   * One run over some of `ready`. Returns the calls whose strand failed on its answers. Errors: those of a run, and then every call's
   * keys and values are in doubt.
   */
  run(ready: readonly Ready<T>[], seating: Seating<T>): Promise<{ call: T; error: unknown }[]>
}

/** A call's part of a run. */
interface Fed<T extends Seated> extends Ready<T> {
  part: Part
  feed: Feed
}

interface Company {
  /** How many of the feeds are steps. */
  writing: number
  /** Whether somebody writes, in this run or waiting for it. */
  busy: boolean
}

function kindOf({ whole, exact }: Wish): FeedKind {
  if (whole) return 'whole'
  return exact ? 'exact' : 'loose'
}

export function createRunner<T extends Seated>(options: RunnerOptions): Runner<T> {
  const { decoder, shape, policy, now } = options
  const { resident, stepRows } = decoder
  // Steps that do not fit among several are fed one by one.
  const turns = options.batch === false || (decoder.packing === 'steps' && stepRows < policy.stepRows)
  const packing = turns ? 'single' : decoder.packing
  const speculation = createSpeculation()
  const budget = createReadBudget({ least: options.busyReadRows, most: shape.prefillChunk })
  let runs = 0
  let lastReadRun = 0
  let reach = Number.POSITIVE_INFINITY

  function planSteps(steps: readonly Ready<T>[], otherRows: number): StepPlan {
    // Filler behind the newest id needs room; ids before it, fed again, need none.
    const room = !policy.replays ? [] : steps.map(({ wish }) => decoder.contextTokens - wish.start)
    return speculation.plan(
      steps.map(({ call, wish, drafter }) => ({
        strand: call.strand,
        drafter: options.drafts === false ? null : drafter,
        rows: wish.end - wish.start,
      })),
      {
        minimumRows: policy.stepRows,
        maximumRows: Math.min(stepRows, shape.prefillChunk, ...room),
        equalRows: packing === 'steps',
        otherRows,
      },
    )
  }

  function fedOf(ready: Ready<T>, part: Part, rows: number): Fed<T> {
    const { wantedFrom, exact, whole } = ready.wish
    const feedShape = { slot: ready.slot, rows, wantedFrom, refeed: exact && !whole }
    return { ...ready, part, feed: buildFeed(ready.call.strand.inputs, part, feedShape) }
  }

  async function runFeeds(fed: readonly Fed<T>[], seating: Seating<T>, { writing, busy }: Company) {
    const failed: { call: T; error: unknown }[] = []
    const before = now()
    const answers = await decoder.run(fed.map(({ feed }) => feed))
    const milliseconds = now() - before
    const rows = fed.reduce((sum, { feed }) => sum + feed.ids.length, 0)
    const wanted = fed.reduce((sum, { feed }) => sum + feed.wantedCount, 0)
    if (writing === fed.length) {
      speculation.observe(rows, wanted, milliseconds)
      budget.observeStep(milliseconds)
    } else if (busy) budget.observeRead(rows - writing * policy.stepRows, milliseconds)
    let tokens = 0
    for (const [i, { call, slot, wish, part, feed }] of fed.entries()) {
      seating.memory(slot).note(feed, kindOf(wish))
      const answer = answers[i]
      // A caller may have gone away meanwhile.
      if (call.slot === null || answer === undefined) continue
      const length = call.strand.inputs.length
      try {
        call.strand.take(part, answer)
      } catch (error) {
        failed.push({ call, error })
      }
      tokens += call.strand.inputs.length - length
    }
    const drafts = fed.reduce((sum, { part }) => sum + part.drafts.length, 0)
    options.onRun?.({ kind: 'feeds', feeds: fed.length, writing, rows, drafts, tokens, milliseconds })
    return failed
  }

  async function runAhead(writers: readonly Ready<T>[], seating: Seating<T>) {
    if (resident === null) return null
    const { maxSteps } = resident
    const terms = { maxSteps: Math.min(reach, maxSteps), contextTokens: decoder.contextTokens, rows: policy.stepRows }
    const plan = planAhead(
      writers.map(({ call, slot }) => ({ strand: call.strand, slot })),
      terms,
    )
    if (plan === null) return null
    const failed: { call: T; error: unknown }[] = []
    const before = now()
    const taken = await resident.runAhead(plan.rows, plan.steps)
    const milliseconds = now() - before
    let tokens = 0
    let agreed = true
    for (const [i, { call, slot, wish }] of writers.entries()) {
      const { strand } = call
      const row = plan.rows[i]
      const steps = taken[i]
      if (row === undefined || steps === undefined) continue
      seating.memory(slot).note(row, kindOf(wish))
      if (call.slot === null) continue
      const length = strand.inputs.length
      try {
        const counted = strand.writing?.takeAhead(steps) ?? 0
        // Everything but the newest id was fed, by the device itself.
        seating.memory(slot).note({ ...row, ids: strand.inputs.slice(row.start, -1) }, kindOf(wish))
        agreed &&= steps[counted - 1]?.id === strand.inputs.at(-1)
      } catch (error) {
        failed.push({ call, error })
      }
      tokens += strand.inputs.length - length
    }
    budget.observeStep(milliseconds / plan.steps)
    reach = nextReach(plan.steps, agreed, maxSteps)
    speculation.observeResident(writers.length, tokens, milliseconds)
    const rows = policy.stepRows * plan.steps * writers.length
    options.onRun?.({
      kind: 'ahead',
      feeds: writers.length,
      writing: writers.length,
      rows,
      drafts: 0,
      tokens,
      milliseconds,
    })
    return failed
  }

  return {
    async run(ready, seating) {
      const candidates = ready.map(({ call, wish }) => ({ wish, lastRun: call.lastRun }))
      const terms = { packing, shape, policy, busyReadRows: budget.rows, lastReadRun }
      const composition = composeRun(candidates, terms)
      const steps = composition.steps.flatMap((i) => ready[i] ?? [])
      const reads = composition.reads.flatMap(({ candidate, end }) => {
        const read = ready[candidate]
        return read === undefined ? [] : [fedOf(read, { start: read.wish.start, end, drafts: [] }, policy.stepRows)]
      })
      runs += 1
      if (steps.length === 0) lastReadRun = runs
      for (const { call } of [...steps, ...reads]) seating.touch(call, runs)

      const lengths = steps.map(({ call }) => call.strand.inputs.length)
      const plan = planSteps(
        steps,
        reads.reduce((sum, { feed }) => sum + feed.ids.length, 0),
      )
      const alone = reads.length === 0 && steps.length === ready.length && steps.length > 0
      const ahead = resident !== null && alone && !plan.beatsResident
      let failed = ahead ? await runAhead(steps, seating) : null
      failed ??= await runFeeds(
        [
          ...steps.map((step, i) => {
            const { start, end } = step.wish
            const drafts = plan.proposals[i]?.ids.slice(0, plan.drafts[i] ?? 0) ?? []
            return fedOf(step, { start, end, drafts }, plan.rows)
          }),
          ...reads,
        ],
        seating,
        { writing: steps.length, busy: candidates.some(({ wish }) => wish.kind === 'step') },
      )
      plan.learn(lengths)
      return failed
    },
  }
}
