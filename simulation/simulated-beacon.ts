import { concatBytes, taggedHash, u32 } from '../src/protocol/hash.ts'
import type { BeaconChain, BeaconRound } from '../src/protocol/selection/beacon.ts'
import { QUICKNET } from '../src/protocol/selection/quicknet.ts'

/** Rounds as often as quicknet's. Its signatures are hashes: that a signature is one is tested elsewhere, and costs 10 ms a round. */
export const SIMULATED_CHAIN: BeaconChain = QUICKNET

/** The round as its operators would publish it when it is due; nobody in the simulation asks for it earlier. */
export function simulatedRound(seed: number, round: number): BeaconRound {
  const numbers = [u32(seed), u32(Math.floor(round / 2 ** 32)), u32(round % 2 ** 32)]
  const first = taggedHash('simulated-beacon', ...numbers)
  return { round, signature: concatBytes(first, taggedHash('simulated-beacon', first).slice(0, 16)) }
}
