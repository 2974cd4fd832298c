import type { Clock } from '../../src/participant/ports.ts'
import { bytesToHex, taggedHash } from '../../src/protocol/hash.ts'
import { type DrandChain, roundAt } from '../../src/protocol/selection/beacon.ts'
import { beaconPublicKey, signBeaconRound } from '../../src/protocol/selection/beacon-signature.ts'
import { loadBeaconSecret, newBeaconSecret } from './beacon-secret.ts'
import { type BeaconAnswer, type BeaconService, NOT_HERE, questionOf } from './beacon-service.ts'
import { chainHashOf } from './chain-hash.ts'
import { infoAnswer, roundAnswer } from './round-answer.ts'

/** As quicknet: an answer's audit is drawn within this time. */
const PERIOD_SECONDS = 3

/** 2026-01-01. Fixed, so that a restarted beacon is the same chain. */
const GENESIS_SECONDS = 1_767_225_600

const BEACON_ID = 'locus-single-operator'

/** Signed rounds kept: ten minutes of them; signing takes about 15 ms. */
const MAX_KEPT_ROUNDS = 200

export interface BeaconOptions {
  /** Where the secret key is kept; without it the beacon is another chain every time. */
  secretPath?: string
  clock?: Pick<Clock, 'now'>
}

export interface OperatedBeacon extends BeaconService {
  answer(method: string | undefined, path: string): BeaconAnswer
}

/**
 * A beacon that speaks drand's HTTP API and has one operator: for a laptop, a test, a network among friends.
 *
 * What it does not promise: that nobody knows a round early. Whoever holds its secret can compute every round of the future, and so choose
 * whom each draw will fall on, or tell a provider which of its answers nobody will check. What it does promise is what every drand chain
 * does: one round has one value, which the operator can withhold and cannot change.
 *
 * A public network names quicknet instead, whose key is shared by the League of Entropy, so that a majority of some twenty operators would
 * have to collude: `mirror-beacon.ts` hands its rounds on below the same path, as `LOCUS_BEACON=quicknet npm start` does. A page may also
 * ask quicknet's servers itself: then its `locus.json` says `"beacon": { "url": "https://api.drand.sh", "chain": … }` with the values of
 * src/protocol/selection/quicknet.ts, and both content security policies, the server's and the one in index.html, must name that server.
 * Errors: SecretFileError.
 */
export async function createBeacon({ secretPath, clock = Date }: BeaconOptions = {}): Promise<OperatedBeacon> {
  const secret = secretPath === undefined ? newBeaconSecret() : await loadBeaconSecret(secretPath)
  const publicKey = beaconPublicKey(secret)
  const groupHash = bytesToHex(taggedHash('beacon-group', new TextEncoder().encode(publicKey)))
  const terms = { periodSeconds: PERIOD_SECONDS, genesisSeconds: GENESIS_SECONDS, publicKey }
  const chainHash = chainHashOf(terms, { groupHash, beaconId: BEACON_ID })
  const chain: DrandChain = { kind: 'drand', scheme: 'bls-unchained-g1-rfc9380', chainHash, ...terms }
  const kept = new Map<number, BeaconAnswer>()

  function sign(round: number): BeaconAnswer {
    const oldest = kept.keys().next()
    if (kept.size >= MAX_KEPT_ROUNDS && oldest.done === false) kept.delete(oldest.value)
    const answer = roundAnswer(signBeaconRound(secret, round))
    kept.set(round, answer)
    return answer
  }

  return {
    chain,
    answer(method, path) {
      const question = questionOf(chain, method, path)
      switch (question.kind) {
        case 'none':
          return question.answer
        case 'info':
          return infoAnswer(chain, { groupHash, metadata: { beaconID: BEACON_ID } })
        case 'round':
          // The one rule of a beacon: nothing is said before its time.
          if (question.round > roundAt(chain, clock.now())) return NOT_HERE
          return kept.get(question.round) ?? sign(question.round)
        default:
          return question satisfies never
      }
    },
  }
}
