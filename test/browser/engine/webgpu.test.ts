import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, EngineInfo } from '../../../src/participant/ports.ts'
import { judgeCheck } from '../../../src/protocol/evidence/judge.ts'
import { hexToBytes } from '../../../src/protocol/hash.ts'
import { GREEDY } from '../../../tools/greedy.ts'
import vectors from '../../vectors/rows.json' with { type: 'json' }
import { answerOf, embeddedModel, openEngine } from './open-engine.ts'

/** Software WebGPU takes 0.1 to 0.5 s for a step. */
const TOKENS = 16
const { promptIds } = vectors
const seed = hexToBytes(vectors.seed)
const running = new AbortController().signal

/** Chromium's software WebGPU computes attention wrongly from 32 rows on: a real adapter that is wrong. */
describe('software WebGPU, which is wrong from 32 rows on', () => {
  let engine: Engine
  let info: EngineInfo

  beforeAll(async () => {
    engine = openEngine()
    info = await engine.load(await embeddedModel('auto'))
  }, 240_000)

  afterAll(() => engine.stop())

  it('is found out by the self-test, and reads fewer rows at a time', () => {
    const [report] = info.selfTests
    expect(report).toMatchObject({ provider: 'webgpu', outcome: 'passed-with-smaller-chunk' })
    expect(report?.steps).toContainEqual(expect.objectContaining({ name: 'prefill of 31', passed: true }))
    expect(report?.steps).toContainEqual(expect.objectContaining({ name: 'prefill of 32', passed: false }))
    expect(report?.prefillChunk).toBeLessThan(32)
    expect(report?.summary).toMatch(/answers wrongly when it reads many tokens at once/)
    expect(info.cell).toMatchObject({
      provider: 'webgpu',
      precision: 'q4',
      browser: expect.stringMatching(/^chromium \d+$/),
    })
  })

  it('still gives the tokens that WASM gives, and confirms them itself', async () => {
    const expected = vectors.answers.find((answer) => answer.name === 'greedy')?.outputIds.slice(0, TOKENS)
    expect(promptIds.length).toBeGreaterThan(32)
    const options = { promptIds, sampler: GREEDY, seed, resumedIds: [], maxTokens: TOKENS, stopIds: [] }
    const answer = await answerOf(engine.generate(options, running))
    expect(answer.ids).toEqual(expected)

    const report = await engine.check({
      ...options,
      outputIds: answer.ids,
      rowsHashes: answer.rowsHashes,
      commitments: answer.commitments,
      probes: [],
      cell: info.cell,
    })
    expect(report.tokensMatched).toBe(TOKENS)
    expect(judgeCheck(report, null).verdict).toBe(info.cell.exactness.kind === 'none' ? 'inconclusive' : 'pass')
  }, 120_000)
})
