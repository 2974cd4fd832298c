import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, EngineInfo } from '../../../src/participant/ports.ts'
import { judgeCheck } from '../../../src/protocol/evidence/judge.ts'
import { bytesToHex, hexToBytes } from '../../../src/protocol/hash.ts'
import vectors from '../../vectors/rows.json' with { type: 'json' }
import { answerOf, embeddedModel, openEngine } from './open-engine.ts'

const { promptIds } = vectors
const seed = hexToBytes(vectors.seed)
const running = new AbortController().signal

describe('the referee in a real worker', () => {
  let engine: Engine
  let info: EngineInfo

  beforeAll(async () => {
    engine = openEngine()
    info = await engine.load(await embeddedModel('referee'))
  }, 120_000)

  afterAll(() => engine.stop())

  it('runs the graph of the vectors in the universal cell', () => {
    expect(info.cell).toMatchObject({
      provider: 'wasm',
      browser: '',
      threads: 1,
      exactness: { kind: 'window', rows: 2 },
    })
    expect(info.cell).toMatchObject({ graphHash: vectors.graphHash, ortVersion: vectors.ortVersion })
  })

  it.each(vectors.answers)('gives the bits that Node gives ($name)', async ({ sampler, outputIds, ...evidence }) => {
    const options = { promptIds, sampler, seed, resumedIds: [], maxTokens: outputIds.length, stopIds: [] }
    const answer = await answerOf(engine.generate(options, running))
    expect(answer.ids).toEqual(outputIds)
    expect(answer.rowsHashes.map(bytesToHex)).toEqual(evidence.rowsHashes)
    expect(answer.commitments.map(bytesToHex)).toEqual(evidence.commitments)
  })

  it.each(vectors.answers)(
    'confirms by one prefill what Node generated ($name)',
    async ({ sampler, outputIds, ...evidence }) => {
      const rowsHashes = evidence.rowsHashes.map(hexToBytes)
      const commitments = evidence.commitments.map(hexToBytes)
      const asked = { promptIds, sampler, seed, probes: [], cell: info.cell }
      expect(judgeCheck(await engine.check({ ...asked, outputIds, rowsHashes, commitments }), null)).toEqual({
        verdict: 'pass',
      })
    },
  )

  it('ends within one token of an abort', async () => {
    const controller = new AbortController()
    const sampler = vectors.answers[0]?.sampler
    if (sampler === undefined) throw new Error('no vectors')
    const options = { promptIds, sampler, seed, resumedIds: [], maxTokens: 300, stopIds: [] }
    const tokens: number[] = []
    const committed: number[] = []
    for await (const event of engine.generate(options, controller.signal)) {
      if (event.type === 'tokens') tokens.push(...event.ids)
      if (event.type === 'segment') committed.push(...event.ids)
      if (tokens.length === 3) controller.abort()
    }
    expect(committed).toEqual(tokens)
    expect(tokens.length).toBeLessThan(32)
  })
})
