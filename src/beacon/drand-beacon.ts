import type { Beacon, Clock } from '../participant/ports.ts'
import { bytesEqual } from '../protocol/hash.ts'
import { type BeaconRound, type DrandChain, roundTimeMs } from '../protocol/selection/beacon.ts'
import { beaconError } from './beacon-errors.ts'
import { isInfoOf, parseRound } from './drand-answers.ts'
import { getJson } from './get-json.ts'
import { waitUntil } from './wait.ts'

/** A round may be this late before it is said to be: operators need a second, a wrong clock some more. */
const PATIENCE_MS = 30_000

/** Pauses between two questions double between these. */
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 4_000

/** Rounds kept verified: an answer's own, and those of the bundles that somebody looks at. */
const MAX_KNOWN_ROUNDS = 64

interface SignatureModule {
  isBeaconRound(chain: DrandChain, round: BeaconRound): boolean
}

export interface DrandBeaconOptions {
  /** Base of the HTTP API, absolute, without a slash at its end: `https://api.drand.sh`. */
  url: string
  /** The only thing here that is believed: whoever names it names whose randomness counts. */
  chain: DrandChain
  clock: Pick<Clock, 'now' | 'after'>
  fetch?: typeof globalThis.fetch
  /** Pairings are heavy to load and are not needed until somebody draws. */
  loadSignatures?: () => Promise<SignatureModule>
}

/**
 * The beacon port over drand's HTTP API, version 1: `/<chainHash>/info` once, then `/<chainHash>/public/<round>`. The server can be late or
 * silent; it cannot lie, because each round is verified against the chain's key before anybody sees it.
 */
export function createDrandBeacon(options: DrandBeaconOptions): Beacon {
  const { chain, clock } = options
  const { fetch = globalThis.fetch, loadSignatures = () => import('../protocol/selection/beacon-signature.ts') } =
    options
  const base = `${options.url}/${chain.chainHash}`
  // A Map keeps insertion order: the first is the one verified longest ago.
  const known = new Map<number, BeaconRound>()
  let isChainChecked = false

  /** What the server gives before our patience ends. `details` of the error name the round, if it was about one. */
  async function ask(path: string, signal: AbortSignal | undefined, details: Record<string, number>): Promise<unknown> {
    const giveUpAtMs = clock.now() + PATIENCE_MS
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      // A browser's fetch must not be called as a method of ours.
      const answer = await getJson(`${base}/${path}`, { fetch: (...request) => fetch(...request), clock, signal })
      if (answer.state === 'json') return answer.json
      if (answer.state === 'malformed') throw beaconError('beacon/malformed', details)
      if (clock.now() + pauseMs > giveUpAtMs) {
        if (answer.state === 'unreachable') throw beaconError('beacon/unreachable', details, { cause: answer.cause })
        throw beaconError('beacon/late', details)
      }
      await waitUntil(clock, clock.now() + pauseMs, signal)
    }
  }

  /** Tells a wrong address from a lying server, in words that a deployer can use; the signatures would only say that something is wrong. */
  async function checkChain(signal: AbortSignal | undefined): Promise<void> {
    if (isChainChecked) return
    const isOurs = isInfoOf(await ask('info', signal, {}), chain)
    if (isOurs === null) throw beaconError('beacon/malformed', {})
    if (!isOurs) throw beaconError('beacon/other-chain', { chain: chain.chainHash })
    isChainChecked = true
  }

  async function isRound(round: BeaconRound): Promise<boolean> {
    const verified = known.get(round.round)
    // One round has one signature.
    if (verified !== undefined) return bytesEqual(verified.signature, round.signature)
    const { isBeaconRound } = await loadSignatures().catch((cause: unknown) => {
      throw beaconError('beacon/unreachable', { round: round.round }, { cause })
    })
    if (!isBeaconRound(chain, round)) return false
    const oldest = known.keys().next()
    if (known.size >= MAX_KNOWN_ROUNDS && oldest.done === false) known.delete(oldest.value)
    known.set(round.round, { round: round.round, signature: round.signature.slice() })
    return true
  }

  return {
    chain,
    isRound,
    async round(round, signal) {
      if (!Number.isSafeInteger(round) || round < 1) throw new RangeError('rounds are counted from 1')
      signal?.throwIfAborted()
      const verified = known.get(round)
      if (verified !== undefined) return { round, signature: verified.signature.slice() }
      await checkChain(signal)
      await waitUntil(clock, roundTimeMs(chain, round), signal)
      const found = parseRound(await ask(`public/${round}`, signal, { round }), round)
      if (found === null) throw beaconError('beacon/malformed', { round })
      if (!(await isRound(found))) throw beaconError('beacon/signature', { round })
      return found
    },
  }
}
