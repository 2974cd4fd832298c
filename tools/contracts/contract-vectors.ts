import { bls12_381 } from '@noble/curves/bls12-381.js'
import { encodeAbiParameters, type Hex, parseAbiParameters } from 'viem'
import type { CheckReport } from '../../src/protocol/evidence/check-report.ts'
import { inclusionProof, merkleRoot } from '../../src/protocol/evidence/merkle.ts'
import { bytesToHex, hexToBytes, taggedHash, u32 } from '../../src/protocol/hash.ts'
import { type BeaconRound, type DrandChain, randomnessOf } from '../../src/protocol/selection/beacon.ts'
import { beaconPublicKey, beaconSecretKey, signBeaconRound } from '../../src/protocol/selection/beacon-signature.ts'
import { drawVerifiers } from '../../src/protocol/selection/draw.ts'
import { QUICKNET } from '../../src/protocol/selection/quicknet.ts'
import { ownerOfKey, type RosterEntry } from '../../src/protocol/selection/roster.ts'
import { encodeCbor } from '../../src/protocol/wire/codec.ts'
import { type RootAnnouncement, rootDigest } from '../../src/protocol/wire/root-announcement.ts'
import { MESSAGE_TYPES, randomMessage } from './random-messages.ts'

const hex = (bytes: Uint8Array): Hex => `0x${bytesToHex(bytes)}`
const filler = (name: string, i: number): Uint8Array => taggedHash(`vector/${name}`, u32(i))

/** Where messages for the chain are read, in these vectors. */
const CONTRACT = { chainId: 31_337, verifyingContract: `0x${'11'.repeat(20)}` } as const
const MESSAGES = 10
const TREE_SIZES = [1, 2, 3, 5, 8, 13, 64, 100]
const DRAWS = 6
const ROSTER = 40

/** drand's own rounds (test/vectors/selection.json has them too). */
const QUICKNET_ROUNDS: readonly BeaconRound[] = [
  {
    round: 1_000,
    signature: hexToBytes(
      'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
    ),
  },
]

/** The same at every run. */
export function contractVectors(): unknown {
  return {
    domain: { chainId: CONTRACT.chainId, verifyingContract: CONTRACT.verifyingContract },
    messages: Object.fromEntries(MESSAGE_TYPES.map((type) => [type.primaryType, messagesOf(type)])),
    trees: TREE_SIZES.map(treeOf),
    draws: Array.from({ length: DRAWS }, (_, i) => drawOf(i)),
    reports: reports(),
    roots: [0, 23, 24, 255, 256, 65_536, 2 ** 32].map(rootOf),
    beacons: beacons(),
  }
}

function messagesOf(type: (typeof MESSAGE_TYPES)[number]): { bodies: Hex[]; digests: Hex[] } {
  const all = Array.from({ length: MESSAGES }, (_, i) => randomMessage(type, i, CONTRACT))
  return { bodies: all.map(({ body }) => body), digests: all.map(({ digest }) => digest) }
}

function treeOf(count: number): unknown {
  const leaves = Array.from({ length: count }, (_, i) => filler(`leaf/${count}`, i))
  const index = Math.floor((count * 2) / 3)
  const path = inclusionProof(leaves, index).map(hex)
  return { count, index, leaf: hex(leaves[index] as Uint8Array), root: hex(merkleRoot(leaves)), path }
}

/** Who rings when, by the binary64 clocks of `draw.ts`. */
function drawOf(i: number): unknown {
  const [randomness, receiptHash] = [filler('randomness', i), filler('receipt', i)]
  const roster = Array.from({ length: ROSTER }, (_, j): RosterEntry => {
    const verifierKey = new Uint8Array([...filler(`key/${i}`, j), ...filler(`key-y/${i}`, j)])
    const stake = 1_000_000 + (new DataView(filler('stake', j).buffer).getUint32(0) % 4_000_000_000)
    return { verifierKey, owner: ownerOfKey(verifierKey), peerId: '', stake, cellId: '' }
  })
  const drawn = drawVerifiers({ randomness, receiptHash, roster, excludedKeys: [], excludedOwners: [], count: ROSTER })
  return {
    randomness: hex(randomness),
    receiptHash: hex(receiptHash),
    keys: drawn.map(({ entry }) => hex(entry.verifierKey)),
    stakes: drawn.map(({ entry }) => entry.stake),
  }
}

function reports(): unknown[] {
  const clean: CheckReport = {
    exactPair: true,
    tokens: 64,
    tokensMatched: 64,
    firstTokenMismatch: null,
    firstChosen: null,
    tokensNotKept: 0,
    meanMargin: 0.015625,
    maxMargin: 0.1,
    segments: [0, 1].map(() => ({
      rowsEqual: true,
      tokens: 32,
      matched: 32,
      notKept: 0,
      margins: [0.25],
      commitment: null,
    })),
    firstDifference: null,
    probes: [0.5, -1.25, 3],
    elapsedMs: 1_234.567,
  }
  const rowsHash = filler('rows', 0)
  const difference = (segment: number): CheckReport => ({ ...clean, firstDifference: { segment, rowsHash } })
  const differs = parseAbiParameters('string, uint256, bytes32')
  const other = parseAbiParameters('string, uint256, uint256')
  const finding = (segment: number): Hex => encodeAbiParameters(differs, ['differs', BigInt(segment), hex(rowsHash)])
  const token = (position: number, chosen: bigint): Hex =>
    encodeAbiParameters(other, ['other-token', BigInt(position), chosen])
  const cases: [CheckReport, Hex][] = [
    [clean, '0x'],
    [{ ...clean, exactPair: false, firstTokenMismatch: 3 }, '0x'],
    [difference(0), finding(0)],
    [difference(1_023), finding(1_023)],
    [{ ...clean, firstTokenMismatch: 40, firstChosen: 151_643 }, token(40, 151_643n)],
    [{ ...clean, firstTokenMismatch: 300, firstChosen: null }, token(300, 2n ** 256n - 1n)],
  ]
  return cases.map(([report, preimage]) => ({ report: hex(encodeCbor(report)), preimage }))
}

function rootOf(epoch: number): unknown {
  const announcement: RootAnnouncement = {
    version: 1,
    kind: epoch % 2 === 0 ? 'receipts' : 'attestations',
    participantKey: new Uint8Array([...filler('x', epoch), ...filler('y', epoch)]),
    peerId: 'p'.repeat(epoch % 53),
    epoch,
    root: filler('root', epoch),
    count: 1 + (epoch % 70_000),
    issuedAt: 1_800_000_000_000 + epoch,
  }
  const { kind, participantKey, peerId, root, count, issuedAt } = announcement
  const shape = parseAbiParameters('(string, bytes, string, uint64, bytes32, uint32, uint64)')
  const fields = [kind, hex(participantKey), peerId, BigInt(epoch), hex(root), count, BigInt(issuedAt)] as const
  return { body: encodeAbiParameters(shape, [fields]), digest: hex(rootDigest(announcement)) }
}

/** Rounds of quicknet, as drand signed them, and of an operator of one's own: enough for both signs of y. */
function beacons(): unknown[] {
  const secretKey = beaconSecretKey(
    new Uint8Array([...filler('operator', 0), ...filler('operator', 1).subarray(0, 16)]),
  )
  const local = { ...QUICKNET, chainHash: bytesToHex(filler('chain', 0)), publicKey: beaconPublicKey(secretKey) }
  const own = [1, 2, 3, 4, 255, 2 ** 40].map((round) => signBeaconRound(secretKey, round))
  return [beaconOf(QUICKNET, QUICKNET_ROUNDS), beaconOf(local, own)]
}

/** Points as EIP-2537 encodes them: field elements of 64 bytes. */
function beaconOf(chain: DrandChain, rounds: readonly BeaconRound[]): unknown {
  const element = (value: bigint): string => value.toString(16).padStart(128, '0')
  const key = bls12_381.G2.Point.fromHex(chain.publicKey).toAffine()
  const signatures = rounds.map(({ signature }) => bls12_381.G1.Point.fromHex(bytesToHex(signature)).toAffine())
  return {
    chainHash: `0x${chain.chainHash}`,
    publicKey: `0x${[key.x.c0, key.x.c1, key.y.c0, key.y.c1].map(element).join('')}`,
    rounds: rounds.map(({ round }) => round),
    signatures: signatures.map(({ x, y }) => `0x${element(x)}${element(y)}`),
    randomness: rounds.map((round) => hex(randomnessOf(round))),
  }
}
