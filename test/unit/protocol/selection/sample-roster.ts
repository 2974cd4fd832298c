import { bytesToHex, concatBytes, taggedHash, u32 } from '../../../../src/protocol/hash.ts'
import {
  canonicalRoster,
  ownerOfKey,
  type Roster,
  type RosterEntry,
} from '../../../../src/protocol/selection/roster.ts'

export function sampleHash(name: string, i = 0): Uint8Array {
  return taggedHash(`test/${name}`, u32(i))
}

export function sampleEntry(i: number, change: Partial<RosterEntry> = {}): RosterEntry {
  const verifierKey = concatBytes(sampleHash('key-x', i), sampleHash('key-y', i))
  return {
    verifierKey,
    owner: ownerOfKey(verifierKey),
    peerId: `peer-${i}`,
    stake: 1_000_000,
    cellId: bytesToHex(sampleHash('cell')),
    ...change,
  }
}

export function sampleRoster(stakes: readonly number[]): Roster {
  return canonicalRoster(stakes.map((stake, i) => sampleEntry(i, { stake }))) as Roster
}
