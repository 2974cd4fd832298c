import { bytesToHex, concatBytes, hexToBytes, sha256, u32 } from '../../src/protocol/hash.ts'
import type { DrandChain } from '../../src/protocol/selection/beacon.ts'

export interface ChainName {
  /** Hex of drand's genesis seed, `groupHash` in its `/info`. */
  groupHash: string
  /** `metadata.beaconID` in its `/info`. */
  beaconId: string
}

/**
 * The name that drand gives a chain: SHA-256 over period (u32) ‖ genesis (i64) ‖ public key ‖ group hash ‖ beacon id, big-endian.
 * Source: drand `common/chain/info.go`, `Info.Hash`; the hash of quicknet is reached by it.
 */
export function chainHashOf(
  { periodSeconds, genesisSeconds, publicKey }: Pick<DrandChain, 'periodSeconds' | 'genesisSeconds' | 'publicKey'>,
  { groupHash, beaconId }: ChainName,
): string {
  const genesis = new Uint8Array(8)
  new DataView(genesis.buffer).setBigInt64(0, BigInt(genesisSeconds))
  const id = new TextEncoder().encode(beaconId)
  return bytesToHex(sha256(concatBytes(u32(periodSeconds), genesis, hexToBytes(publicKey), hexToBytes(groupHash), id)))
}
