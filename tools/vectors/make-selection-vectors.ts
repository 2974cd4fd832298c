/**
 * Writes test/vectors/selection.json (beacon rounds, lottery, rosters, draws, probes) and test/vectors/cusum.json (weights, sequential
 * evidence, committees, audit rates). The numbers are the protocol's own; tools/vectors/reference/selection.py reaches each of them again
 * from docs/protocol.md. The output is committed and only changes when the protocol does. Run by `npm run vectors`.
 */
import { writeFile } from 'node:fs/promises'
import { auditRate, DEFAULT_DETERRENCE, NEWCOMER } from '../../src/protocol/reputation/audit-rate.ts'
import { captureProbability, quorumOf } from '../../src/protocol/reputation/committee.ts'
import { honestGate, lambdaOf, lambdaOfAnswer } from '../../src/protocol/reputation/evidence-weight.ts'
import {
  type AuditFinding,
  addAudit,
  type EvidenceState,
  falseAlarmBound,
  isAlarm,
  NO_EVIDENCE,
} from '../../src/protocol/reputation/sequential-evidence.ts'
import { type BeaconChain, nextRoundAfter, randomnessOf, roundAt } from '../../src/protocol/selection/beacon.ts'
import { beaconPublicKey, beaconSecretKey, signBeaconRound } from '../../src/protocol/selection/beacon-signature.ts'
import { type DrawOptions, drawVerifiers } from '../../src/protocol/selection/draw.ts'
import { isAudited } from '../../src/protocol/selection/lottery.ts'
import { drawProbes } from '../../src/protocol/selection/probe-positions.ts'
import { QUICKNET } from '../../src/protocol/selection/quicknet.ts'
import { canonicalRoster, ownerOfKey, type Roster, rosterHash } from '../../src/protocol/selection/roster.ts'
import { toHexJson } from './hex-json.ts'
import { bigEndian32, taggedSha256 } from './tagged-sha256.ts'

const filler = (name: string, i = 0): Uint8Array => taggedSha256(`vector/${name}`, bigEndian32(i))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
/** Seventeen digits name one binary64 and no other. */
const pinned = (value: number): string => value.toPrecision(17)
const randomness = filler('beacon')
const receiptHash = filler('receipt')
const CELLS = [hexOf(filler('cell', 0)), hexOf(filler('cell', 1))] as const
const STAKES = [1_000_000, 2_000_000, 0, 5_000_000, 1, 2 ** 53 - 1, 3_000_000, 2_000_000, 7_000_000, 1_000_000]

await write('selection.json', {
  beacons: beaconVectors(),
  lottery: Array.from({ length: 8 }, (_, i) => lotteryVector(filler('receipt', i))),
  ...drawVectors(),
  probes: [
    { outputTokens: 300, hiddenSize: 768, count: 8 },
    { outputTokens: 2, hiddenSize: 3, count: 8 },
    { outputTokens: 32_768, hiddenSize: 3_000_001, count: 20 },
    { outputTokens: 0, hiddenSize: 768, count: 8 },
  ].map((sizes, i) => {
    const options = { randomness, receiptHash, verifierKey: keyOf(i), ...sizes }
    return { ...options, probes: drawProbes(options) }
  }),
})

await write('cusum.json', {
  weights: [0, 0.5, 0.75, 1, 1.25, 2, 3.999, 4, 100].map((score) => ({ score, lambda: pinned(lambdaOf(score)) })),
  answers: [[], [0.2, 0.4], [1.5, 1.25, 0.9], [4, 0.1, 4, 4]].map((scores) => ({
    scores,
    lambda: pinned(lambdaOfAnswer(scores)),
  })),
  sequences: sequenceVectors(),
  bounds: [
    [0.8, 1_000_000],
    [0.65, 50_000],
    [1.5, 50_000],
  ].map(([evidence = 0, rate = 0]) => ({ evidence, rate, bound: pinned(falseAlarmBound(evidence, rate)) })),
  gates: [
    { count: 3_000, step: 0.0003 },
    { count: 40, step: 0.1 },
  ].map((series) => {
    const gate = honestGate(Array.from({ length: series.count }, (_, i) => i * series.step))
    return { ...series, mean: pinned(gate.mean), upperBound: pinned(gate.upperBound), passes: gate.passes }
  }),
  rates: rateVectors(),
  committees: [1, 2, 3, 5, 15, 16].map((seats) => ({
    seats,
    quorum: quorumOf(seats),
    captureByAFifth: captureProbability(0.2, seats).toPrecision(10),
  })),
})

function keyOf(i: number): Uint8Array {
  return new Uint8Array([...filler('verifier-x', i), ...filler('verifier-y', i)])
}

function beaconVectors() {
  const secretKey = beaconSecretKey(new Uint8Array(48).fill(7))
  const chain: BeaconChain = { ...QUICKNET, publicKey: beaconPublicKey(secretKey), genesisSeconds: 1_700_000_000 }
  const signed = [1, 2, 2 ** 40].map((round) => signBeaconRound(secretKey, round))
  const published = {
    round: 1_000,
    signature: new Uint8Array(
      Buffer.from(
        'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
        'hex',
      ),
    ),
  }
  return [
    { chain: QUICKNET, secretKey: null, rounds: [published] },
    { chain, secretKey, rounds: signed },
  ].map(({ rounds, ...rest }) => {
    const start = rest.chain.genesisSeconds * 1_000
    const times = [start - 1, start, start + 2_999, start + 3_000, start + 86_400_000]
    return {
      ...rest,
      rounds: rounds.map((round) => ({ ...round, randomness: randomnessOf(round) })),
      times: times.map((unixMs) => ({
        unixMs,
        round: roundAt(rest.chain, unixMs),
        next: nextRoundAfter(rest.chain, unixMs),
      })),
    }
  })
}

/** Rates around the ticket itself, where one millionth decides. */
function lotteryVector(receipt: Uint8Array) {
  const ticket = BigInt(`0x${hexOf(taggedSha256('lottery', randomness, receipt))}`)
  const edge = Number((ticket * 1_000_000n) >> 256n)
  const rates = [0, edge, edge + 1, 50_000, 1_000_000]
  return {
    randomness,
    receiptHash: receipt,
    rates: rates.map((rate) => ({ rate, audited: isAudited(randomness, receipt, rate) })),
  }
}

function drawVectors() {
  const roster = canonicalRoster(
    STAKES.map((stake, i) => ({
      verifierKey: keyOf(i),
      // Two keys of one owner, the others alone.
      owner: ownerOfKey(keyOf(i === 8 ? 3 : i)),
      peerId: `peer-${i}`,
      stake,
      cellId: CELLS[i % 2] as string,
    })),
  ) as Roster
  const cases: { name: string; change: Partial<DrawOptions> }[] = [
    { name: 'three by stake', change: {} },
    { name: 'more seats than verifiers', change: { count: 16 } },
    { name: 'without a key', change: { excludedKeys: [keyOf(5)] } },
    { name: 'without an owner of two keys', change: { count: 16, excludedOwners: [ownerOfKey(keyOf(3))] } },
    { name: 'the cell first', change: { count: 6, preferredCellId: CELLS[0] } },
    { name: 'the cell first, two open seats', change: { count: 6, preferredCellId: CELLS[0], openSeats: 2 } },
    { name: 'another beacon', change: { randomness: filler('beacon', 1), count: 16 } },
    { name: 'another receipt', change: { receiptHash: filler('receipt', 1), count: 16 } },
  ]
  const draws = cases.map(({ name, change }) => {
    const options = { randomness, receiptHash, excludedKeys: [], excludedOwners: [], count: 3, ...change }
    const drawn = drawVerifiers({ ...options, roster }).map(({ entry, uniform, key, isPreferredCell }) => {
      return { verifierKey: entry.verifierKey, uniform: pinned(uniform), key: pinned(key), isPreferredCell }
    })
    return { name, options, drawn }
  })
  return { roster, rosterHash: rosterHash(roster), draws }
}

function sequenceVectors() {
  const owner = (i: number): string => hexOf(filler('owner', i))
  const finding = (i: number, lambda: number): AuditFinding => ({ owner: owner(i), lambda })
  const sequences: { name: string; audits: AuditFinding[][] }[] = [
    { name: 'honest', audits: Array.from({ length: 4 }, () => [finding(1, -0.5), finding(2, 0.1), finding(3, -0.4)]) },
    { name: 'three verifiers, nine bad audits', audits: Array.from({ length: 9 }, (_, i) => [finding(i % 3, 3)]) },
    { name: 'one verifier, capped', audits: Array.from({ length: 12 }, () => [finding(1, 5)]) },
    {
      name: 'mixed',
      audits: Array.from({ length: 30 }, (_, i) => [finding(i % 7, ((i * 37) % 11) / 3 - 0.9), finding(7, -0.2)]),
    },
  ]
  return sequences.map(({ name, audits }) => {
    let state: EvidenceState = NO_EVIDENCE
    const scores = audits.map((findings) => {
      state = addAudit(state, findings)
      return pinned(state.score)
    })
    return { name, audits, scores, alarm: isAlarm(state) }
  })
}

function rateVectors() {
  const records = [
    [0, 0],
    [19, 19],
    [20, 20],
    [500, 9],
    [500, 77],
    [1e6, 1e5],
  ]
  const terms = [
    DEFAULT_DETERRENCE,
    { ...DEFAULT_DETERRENCE, stake: 3 },
    { ...DEFAULT_DETERRENCE, stake: 0, detection: 0.3 },
  ]
  return terms.flatMap((deterrence) =>
    records.map(([jobs = 0, validResults = 0]) => {
      return { jobs, validResults, deterrence, rate: auditRate({ ...NEWCOMER, jobs, validResults }, deterrence) }
    }),
  )
}

async function write(name: string, value: unknown): Promise<void> {
  const url = new URL(`../../test/vectors/${name}`, import.meta.url)
  await writeFile(url, `${JSON.stringify(toHexJson(value), null, 1)}\n`)
}
