import { beforeAll, describe, expect, it } from 'vitest'
import type { CheckOptions } from '../../../../../src/engine/messages.ts'
import { judgeCheck } from '../../../../../src/protocol/evidence/judge.ts'
import { referee } from '../cells.ts'
import { openEmbedded } from '../embedded-model.ts'
import { claimOf, NO_EVIDENCE, rowsEqualIn, SAMPLED, SEED, someIds } from '../requests.ts'
import { createToySlots } from '../toy-slots.ts'
import { openWorld, requestOf, running, WINDOW, type World } from './scheduler-world.ts'

const shape = { ...WINDOW, prefillChunk: 64 }

let world: World
let honest: CheckOptions

beforeAll(async () => {
  world = openWorld(await openEmbedded(), shape)
  const question = { promptIds: someIds(40), sampler: SAMPLED, seed: SEED }
  const answer = await world.generate({ ...question, maxTokens: 80 })
  honest = { ...question, ...claimOf(answer), cell: world.cell }
}, 60_000)

/** `ids` with the one at `position` replaced. */
function altered(ids: number[], position: number, id: number): number[] {
  return ids.map((kept, i) => (i === position ? id : kept))
}

describe('a check by one prefill', () => {
  it('finds every token and every segment of an honest answer again', async () => {
    expect(await world.check(honest)).toEqual({
      exactPair: true,
      tokens: 80,
      tokensMatched: 80,
      firstTokenMismatch: null,
      firstChosen: null,
      firstDifference: null,
      tokensNotKept: 0,
      meanMargin: 0,
      maxMargin: 0,
      segments: [32, 32, 16].map((tokens) => ({
        rowsEqual: true,
        tokens,
        matched: tokens,
        notKept: 0,
        margins: [],
        commitment: { points: 128, exponentMismatches: 0, mantissaMean: 0, mantissaMedian: 0 },
      })),
      probes: [],
      elapsedMs: expect.any(Number),
    })
  })

  it('names the first token that was changed, and sees other rows from there on', async () => {
    const outputIds = altered(honest.outputIds, 40, (honest.outputIds[40] ?? 0) ^ 1)
    const report = await world.check({ ...honest, outputIds })
    expect(report.firstTokenMismatch).toBe(40)
    expect(rowsEqualIn(report)).toEqual([true, false, false])
    expect(judgeCheck(report, null)).toMatchObject({ verdict: 'fail', reason: 'check/rows-mismatch', segment: 1 })
  })

  it('finds a changed last token by the rule alone: its own row was computed before it', async () => {
    const outputIds = altered(honest.outputIds, 79, (honest.outputIds[79] ?? 0) ^ 1)
    const report = await world.check({ ...honest, outputIds })
    expect(rowsEqualIn(report)).toEqual([true, true, true])
    expect(judgeCheck(report, null)).toMatchObject({ verdict: 'fail', reason: 'check/token-rule', segment: 2 })
  })

  it('finds a changed hash though every token is right', async () => {
    const rowsHashes = honest.rowsHashes.map((hash, i) => (i === 1 ? hash.map((byte) => byte ^ 1) : hash))
    const report = await world.check({ ...honest, rowsHashes })
    expect(report).toMatchObject({ tokensMatched: 80 })
    expect(rowsEqualIn(report)).toEqual([true, false, true])
  })

  it('reports the values of the rows that it was asked for, those of the run', async () => {
    const probes = [79, 0, 79].map((position, dimension) => ({ position, dimension }))
    const { probes: values } = await world.check({ ...honest, probes })
    expect(values.map(Math.fround)).toEqual(values)
    expect(new Set(values).size).toBe(3)
    const again = await world.check({ ...honest, probes: probes.toReversed() })
    expect(again.probes).toEqual(values.toReversed())
  })

  it('sees a commitment to other rows, though hash and tokens are right', async () => {
    const [first = new Uint8Array(), ...rest] = honest.commitments
    const report = await world.check({ ...honest, commitments: [...rest, first] })
    expect(rowsEqualIn(report)).toEqual([true, true, true])
    for (const { commitment } of report.segments) expect(commitment?.exponentMismatches).toBeGreaterThan(64)
  })

  it('counts a missing hash as unequal', async () => {
    const report = await world.check({ ...honest, rowsHashes: honest.rowsHashes.slice(0, 2) })
    expect(rowsEqualIn(report)).toEqual([true, true, false])
  })

  it('does not confirm tokens drawn with another seed, whose rows are honest', async () => {
    const report = await world.check({ ...honest, seed: SEED.map((byte) => byte ^ 0xff) })
    expect(rowsEqualIn(report)).toEqual([true, true, true])
    expect(report.tokensMatched).toBeLessThan(80)
    expect(report.maxMargin).toBeGreaterThan(0)
  })

  it('scores ids outside the vocabulary as never chosen, without asking the model about them', async () => {
    const report = await world.check({ ...honest, outputIds: altered(honest.outputIds, 3, 200_000) })
    expect(report).toMatchObject({ firstTokenMismatch: 3, tokens: 80 })
    expect(report.tokensNotKept).toBeGreaterThan(0)
  })

  it('owes no equality to another cell', async () => {
    const cell = { ...honest.cell, architecture: 'other' }
    expect(judgeCheck(await world.check({ ...honest, cell }), null)).toMatchObject({ verdict: 'inconclusive' })
  })

  it('of several receipts at once finds in each what it finds alone', async () => {
    const claims = [
      honest,
      { ...honest, outputIds: altered(honest.outputIds, 40, 7) },
      { ...honest, seed: SEED.map((byte) => byte ^ 0xff) },
    ]
    const reports = await Promise.all(claims.map((claim) => world.check(claim)))
    for (const [i, claim] of claims.entries()) {
      expect(await world.check(claim)).toEqual({ ...reports[i], elapsedMs: expect.any(Number) })
    }
  })

  it('shares its runs with other checks and with answers', async () => {
    const toy = createToySlots()
    const small = openWorld(toy, shape)
    const claim = { ...requestOf(), outputIds: [1, 2, 3, 4], ...NO_EVIDENCE, cell: referee(shape) }
    const claims = [claim, { ...claim, promptIds: [9, 9] }, { ...claim, promptIds: [8] }]
    await Promise.all([...claims.map((one) => small.check(one)), small.generate({ promptIds: [6, 6], maxTokens: 1 })])
    expect(toy.runs.map((feeds) => feeds.length)).toEqual([4])
  })

  it('costs a tenth of the runs that generating took, or less', async () => {
    const toy = createToySlots()
    await openWorld(toy, shape).check({
      ...honest,
      promptIds: [1],
      outputIds: honest.outputIds.map((id) => id % 16),
    })
    expect(toy.runs.length).toBe(2)
  })

  it('counts its own time, not that of waiting for a place', async () => {
    const small = openWorld(createToySlots({ slots: 1 }), shape)
    const before = small.generate({ maxTokens: 100 })
    const claim = { ...requestOf({ promptIds: [9] }), outputIds: [1, 2, 3], ...NO_EVIDENCE, cell: referee(shape) }
    const { elapsedMs } = await small.check(claim)
    expect(elapsedMs).toBe(small.reports.at(-1)?.milliseconds)
    await before
  })

  it('asks for few logits at once of a model with many: its prompt needs none', async () => {
    const toy = createToySlots({ vocabularySize: 2 ** 19, contextTokens: 512 })
    const wide = { ...shape, prefillChunk: 256 }
    const outputIds = Array.from({ length: 70 }, () => 1)
    const promptIds = Array.from({ length: 300 }, () => 2)
    const claim = { ...requestOf(), sampler: SAMPLED, promptIds, outputIds, ...NO_EVIDENCE, cell: referee(wide) }
    await openWorld(toy, wide).check(claim)
    const wanted = toy.runs.map(([feed]) => feed?.wantedCount)
    expect(wanted).toEqual([0, 32, 32, 6])
  }, 60_000)

  it('refuses an answer longer than the context', async () => {
    const outputIds = Array.from({ length: 500 }, () => 1)
    await expect(world.check({ ...honest, outputIds })).rejects.toMatchObject({ code: 'engine/context-overflow' })
  })

  it('stops between two runs when aborted', async () => {
    await expect(world.check(honest, AbortSignal.abort())).rejects.toMatchObject({ code: 'engine/aborted' })
    const controller = new AbortController()
    const toy = createToySlots({ onRun: () => controller.abort() })
    const claim = {
      ...requestOf(),
      outputIds: Array.from({ length: 99 }, () => 1),
      ...NO_EVIDENCE,
      cell: referee(shape),
    }
    const checking = openWorld(toy, shape).check(claim, controller.signal)
    await expect(checking).rejects.toMatchObject({ code: 'engine/aborted' })
    expect(toy.runs.length).toBe(1)
  })

  it('of an empty answer finds nothing', async () => {
    const report = await world.check({ ...honest, outputIds: [], ...NO_EVIDENCE }, running)
    expect(report).toMatchObject({ tokens: 0, segments: [], firstTokenMismatch: null })
  })
})
