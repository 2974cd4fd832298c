import { bytesToHex } from '../../src/protocol/hash.ts'
import { type BeaconRound, type DrandChain, randomnessOf } from '../../src/protocol/selection/beacon.ts'
import type { BeaconAnswer } from './beacon-service.ts'

/** A round in drand's words. */
export function roundAnswer(round: BeaconRound): BeaconAnswer {
  const [randomness, signature] = [bytesToHex(randomnessOf(round)), bytesToHex(round.signature)]
  return { status: 200, body: JSON.stringify({ round: round.round, randomness, signature }) }
}

/** A chain in drand's words; `more` is what only its operator knows. */
export function infoAnswer(chain: DrandChain, more: object = {}): BeaconAnswer {
  const info = {
    public_key: chain.publicKey,
    period: chain.periodSeconds,
    genesis_time: chain.genesisSeconds,
    hash: chain.chainHash,
    schemeID: chain.scheme,
    ...more,
  }
  return { status: 200, body: JSON.stringify(info) }
}
