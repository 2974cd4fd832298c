import type { Clock } from '../../src/participant/ports.ts'
import { bytesToHex, sha256, taggedHash } from '../../src/protocol/hash.ts'
import { type DrandChain, roundAt } from '../../src/protocol/selection/beacon.ts'
import { beaconPublicKey, signBeaconRound } from '../../src/protocol/selection/beacon-signature.ts'
import { loadBeaconSecret, newBeaconSecret } from './beacon-secret.ts'
import { chainHashOf } from './chain-hash.ts'

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

export interface BeaconAnswer {
  status: 200 | 404 | 405
  /** JSON. */
  body: string
}

export interface BeaconService {
  /** What a page is configured with. */
  readonly chain: DrandChain
  /** `path` begins with a slash: `/<chainHash>/info` or `/<chainHash>/public/<round>`. */
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
 * have to collude. Its `locus.json` says `"beacon": { "url": "https://api.drand.sh", "chain": … }` with the values of
 * src/protocol/selection/quicknet.ts, and its content security policies, the server's
 * and the one in index.html, let the page connect there.
 * Errors: SecretFileError.
 */
export async function createBeacon({ secretPath, clock = Date }: BeaconOptions = {}): Promise<BeaconService> {
  const secret = secretPath === undefined ? newBeaconSecret() : await loadBeaconSecret(secretPath)
  const publicKey = beaconPublicKey(secret)
  const groupHash = bytesToHex(taggedHash('beacon-group', new TextEncoder().encode(publicKey)))
  const terms = { periodSeconds: PERIOD_SECONDS, genesisSeconds: GENESIS_SECONDS, publicKey }
  const chainHash = chainHashOf(terms, { groupHash, beaconId: BEACON_ID })
  const chain: DrandChain = { kind: 'drand', scheme: 'bls-unchained-g1-rfc9380', chainHash, ...terms }
  const info = JSON.stringify({
    public_key: publicKey,
    period: PERIOD_SECONDS,
    genesis_time: GENESIS_SECONDS,
    hash: chainHash,
    groupHash,
    schemeID: chain.scheme,
    metadata: { beaconID: BEACON_ID },
  })
  const kept = new Map<number, string>()

  function sign(round: number): string {
    const { signature } = signBeaconRound(secret, round)
    const body = JSON.stringify({
      round,
      randomness: bytesToHex(sha256(signature)),
      signature: bytesToHex(signature),
    })
    const oldest = kept.keys().next()
    if (kept.size >= MAX_KEPT_ROUNDS && oldest.done === false) kept.delete(oldest.value)
    kept.set(round, body)
    return body
  }

  return {
    chain,
    answer(method, path) {
      if (method !== 'GET') return { status: 405, body: '{"error":"GET only"}' }
      if (path === `/${chainHash}/info`) return { status: 200, body: info }
      const round = Number(new RegExp(`^/${chainHash}/public/([1-9][0-9]{0,14})$`).exec(path)?.[1])
      // The one rule of a beacon: nothing is said before its time.
      if (!(round <= roundAt(chain, clock.now()))) return { status: 404, body: '{"error":"no such round, or not yet"}' }
      return { status: 200, body: kept.get(round) ?? sign(round) }
    },
  }
}
