import { beforeAll, describe, expect, it } from 'vitest'
import type { CheckOptions } from '../../../../../src/engine/messages.ts'
import { judgeCheck } from '../../../../../src/protocol/evidence/judge.ts'
import { type CheckContext, check } from '../../../../../workers/inference/generation/check.ts'
import { generate } from '../../../../../workers/inference/generation/generate.ts'
import type { RunShape } from '../../../../../workers/inference/generation/plan-runs.ts'
import { referee } from '../cells.ts'
import { collect, openEmbeddedDecoder, SAMPLED, SEED, someIds } from '../embedded-model.ts'
import { createToyDecoder } from '../toy-decoder.ts'

const shape: RunShape = { exactness: { kind: 'window', rows: 2 }, prefillChunk: 64 }
const running = new AbortController().signal

let context: CheckContext
let honest: CheckOptions

beforeAll(async () => {
  let nowMs = 0
  const decoder = await openEmbeddedDecoder()
  context = { decoder, shape, cell: referee(shape), yieldTurn: async () => undefined, now: () => nowMs++ }
  const question = { promptIds: someIds(40), sampler: SAMPLED, seed: SEED }
  const answer = await collect(generate(context, { ...question, resumedIds: [], maxTokens: 80, stopIds: [] }, running))
  honest = { ...question, outputIds: answer.ids, rowsHashes: answer.rowsHashes, cell: referee(shape) }
}, 60_000)

/** `ids` with the one at `position` replaced. */
function altered(ids: number[], position: number, id: number): number[] {
  return ids.map((kept, i) => (i === position ? id : kept))
}

describe('a check by one prefill', () => {
  it('finds every token and every segment of an honest answer again', async () => {
    expect(await check(context, honest, running)).toEqual({
      exactPair: true,
      tokens: 80,
      tokensMatched: 80,
      firstTokenMismatch: null,
      tokensNotKept: 0,
      meanMargin: 0,
      maxMargin: 0,
      segmentsEqual: [true, true, true],
      elapsedMs: 1,
    })
  })

  it('names the first token that was changed, and sees other rows from there on', async () => {
    const outputIds = altered(honest.outputIds, 40, (honest.outputIds[40] ?? 0) ^ 1)
    const report = await check(context, { ...honest, outputIds }, running)
    expect(report.firstTokenMismatch).toBe(40)
    expect(report.segmentsEqual).toEqual([true, false, false])
    expect(judgeCheck(report)).toMatchObject({ verdict: 'fail', reason: 'check/rows-mismatch', segment: 1 })
  })

  it('finds a changed last token by the rule alone: its own row was computed before it', async () => {
    const outputIds = altered(honest.outputIds, 79, (honest.outputIds[79] ?? 0) ^ 1)
    const report = await check(context, { ...honest, outputIds }, running)
    expect(report.segmentsEqual).toEqual([true, true, true])
    expect(judgeCheck(report)).toMatchObject({ verdict: 'fail', reason: 'check/token-rule', segment: 2 })
  })

  it('finds a changed hash though every token is right', async () => {
    const rowsHashes = honest.rowsHashes.map((hash, i) => (i === 1 ? hash.map((byte) => byte ^ 1) : hash))
    const report = await check(context, { ...honest, rowsHashes }, running)
    expect(report).toMatchObject({ tokensMatched: 80, segmentsEqual: [true, false, true] })
  })

  it('counts a missing hash as unequal', async () => {
    const report = await check(context, { ...honest, rowsHashes: honest.rowsHashes.slice(0, 2) }, running)
    expect(report.segmentsEqual).toEqual([true, true, false])
  })

  it('does not confirm tokens drawn with another seed, whose rows are honest', async () => {
    const report = await check(context, { ...honest, seed: SEED.map((byte) => byte ^ 0xff) }, running)
    expect(report.segmentsEqual).toEqual([true, true, true])
    expect(report.tokensMatched).toBeLessThan(80)
    expect(report.maxMargin).toBeGreaterThan(0)
  })

  it('scores ids outside the vocabulary as never chosen, without asking the model about them', async () => {
    const report = await check(context, { ...honest, outputIds: altered(honest.outputIds, 3, 200_000) }, running)
    expect(report).toMatchObject({ firstTokenMismatch: 3, tokens: 80 })
    expect(report.tokensNotKept).toBeGreaterThan(0)
  })

  it('owes no equality to another cell', async () => {
    const cell = { ...honest.cell, architecture: 'other' }
    expect(judgeCheck(await check(context, { ...honest, cell }, running))).toMatchObject({ verdict: 'inconclusive' })
  })

  it('costs a tenth of the runs that generating took, or less', async () => {
    const toy = createToyDecoder()
    const small = { ...context, decoder: toy }
    await check(small, { ...honest, promptIds: [1], outputIds: honest.outputIds.map((id) => id % 16) }, running)
    expect(toy.runs.length).toBe(2)
    expect(toy.openCaches).toBe(0)
  })

  it('refuses an answer longer than the context', async () => {
    const outputIds = Array.from({ length: 500 }, () => 1)
    await expect(check(context, { ...honest, outputIds }, running)).rejects.toMatchObject({
      code: 'engine/context-overflow',
    })
  })

  it('stops between two runs when aborted', async () => {
    await expect(check(context, honest, AbortSignal.abort())).rejects.toMatchObject({ code: 'engine/aborted' })
  })

  it('of an empty answer finds nothing', async () => {
    const report = await check(context, { ...honest, outputIds: [], rowsHashes: [] }, running)
    expect(report).toMatchObject({ tokens: 0, segmentsEqual: [], firstTokenMismatch: null })
  })
})
