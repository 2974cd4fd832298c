import { beforeAll, describe, expect, it } from 'vitest'
import type { GenerateOptions } from '../../../../../src/engine/messages.ts'
import { CodedError } from '../../../../../src/protocol/errors.ts'
import { GREEDY } from '../../../../../tools/greedy.ts'
import { type GenerationContext, generate } from '../../../../../workers/inference/generation/generate.ts'
import { createRowsHash } from '../../../../../workers/inference/generation/rows-hash.ts'
import { createSequence } from '../../../../../workers/inference/session/sequence.ts'
import { collect, openEmbeddedDecoder, SAMPLED, SAMPLERS, SEED, someIds } from '../embedded-model.ts'
import { createToyDecoder } from '../toy-decoder.ts'

const CONTEXT_TOKENS = 512

let context: GenerationContext

beforeAll(async () => {
  context = {
    decoder: await openEmbeddedDecoder(),
    shape: { exactness: { kind: 'window', rows: 2 }, prefillChunk: 64 },
    yieldTurn: async () => undefined,
  }
}, 60_000)

function request(options: Partial<GenerateOptions> = {}): GenerateOptions {
  return {
    promptIds: someIds(12),
    resumedIds: [],
    maxTokens: 40,
    stopIds: [],
    sampler: GREEDY,
    seed: SEED,
    ...options,
  }
}

const running = new AbortController().signal

/** SHA-256 of the rows that choose output `from` … `to`, from one prefill of everything in one run. */
async function prefillHashes(promptIds: number[], ids: number[]): Promise<Uint8Array[]> {
  const sequence = createSequence(context.decoder, 2)
  const answers = await sequence.extend([...promptIds, ...ids].slice(0, -1))
  const hashes: Uint8Array[] = []
  for (let start = 0; start < ids.length; start += 32) {
    const hash = createRowsHash()
    for (let i = start; i < Math.min(ids.length, start + 32); i++) hash.add(answers.row(promptIds.length - 1 + i))
    hashes.push(hash.digest())
  }
  sequence.dispose()
  return hashes
}

describe('generation on one WASM thread with the embedded model', () => {
  it.each(SAMPLERS)(
    'commits rows that one prefill repeats bit for bit, up to the end of the context ($name)',
    async ({ sampler }) => {
      const promptIds = someIds(390, sampler.temperatureMilli)
      const generated = await collect(generate(context, request({ promptIds, sampler, maxTokens: 1_000 }), running))
      expect(generated.finish).toBe('length')
      expect(generated.ids.length).toBe(CONTEXT_TOKENS - promptIds.length)
      expect(generated.streamed).toEqual(generated.ids)
      expect(generated.rowsHashes).toEqual(await prefillHashes(promptIds, generated.ids))
    },
    60_000,
  )

  it('gives the same ids when another provider goes on after the first segment', async () => {
    const whole = await collect(generate(context, request({ maxTokens: 80, sampler: SAMPLED }), running))
    const resumedIds = whole.ids.slice(0, 32)
    const rest = await collect(generate(context, request({ maxTokens: 80, sampler: SAMPLED, resumedIds }), running))
    expect(rest.ids).toEqual(whole.ids.slice(32))
    expect(rest.rowsHashes).toEqual(whole.rowsHashes.slice(1))
    expect(rest.segmentLengths).toEqual([32, 16])
  })

  it('numbers the segments and the tokens of a resumed answer from where it was', async () => {
    const first = await collect(generate(context, request({ maxTokens: 32 }), running))
    const resumed = generate(context, request({ maxTokens: 64, resumedIds: first.ids }), running)
    expect((await resumed.next()).value).toMatchObject({ type: 'tokens', position: 32 })
    const indices: number[] = []
    for await (const event of resumed) if (event.type === 'segment') indices.push(event.index)
    expect(indices).toEqual([1])
  })

  it('ends with the stop token, which it includes', async () => {
    const free = await collect(generate(context, request({ sampler: SAMPLED }), running))
    const stopId = free.ids[9] ?? -1
    const firstSeen = free.ids.indexOf(stopId)
    const stopped = await collect(generate(context, request({ sampler: SAMPLED, stopIds: [stopId] }), running))
    expect(stopped.finish).toBe('stop')
    expect(stopped.ids).toEqual(free.ids.slice(0, firstSeen + 1))
  })

  it('answers a prompt of a single token, whose first row comes from a run of two', async () => {
    const generated = await collect(generate(context, request({ promptIds: [0], maxTokens: 33 }), running))
    expect(generated.segmentLengths).toEqual([32, 1])
    expect(generated.rowsHashes).toEqual(await prefillHashes([0], generated.ids))
  })

  it('ends within one token of an abort, with the rest committed as a short segment', async () => {
    const controller = new AbortController()
    const seen: string[] = []
    const events = generate(context, request(), controller.signal)
    for await (const event of events) {
      seen.push(event.type)
      if (event.type === 'tokens' && event.position === 4) controller.abort()
    }
    expect(seen).toEqual(['tokens', 'tokens', 'tokens', 'tokens', 'tokens', 'segment', 'finish'])
  })

  it('ends between two runs of a prefill when aborted there', async () => {
    const controller = new AbortController()
    let turns = 0
    const toy = createToyDecoder()
    const slow = {
      decoder: toy,
      shape: { exactness: { kind: 'none' as const }, prefillChunk: 8 },
      yieldTurn: async () => {
        if (++turns === 3) controller.abort()
      },
    }
    const generated = await collect(
      generate(slow, request({ promptIds: Array.from({ length: 64 }, () => 1) }), controller.signal),
    )
    expect(generated).toMatchObject({ ids: [], finish: 'aborted' })
    expect(toy.runs.length).toBe(2)
    expect(toy.openCaches).toBe(0)
  })
})

describe('what generation refuses', () => {
  const toy = createToyDecoder({ contextTokens: 64 })
  const small: GenerationContext = {
    decoder: toy,
    shape: { exactness: { kind: 'none' }, prefillChunk: 16 },
    yieldTurn: async () => undefined,
  }

  it.each([
    ['a prompt that leaves no room for one token', Array.from({ length: 64 }, () => 1), 'engine/context-overflow'],
    ['an empty prompt', [], 'engine/run-failed'],
    ['a negative id, which would count from the end of the vocabulary', [1, -1], 'engine/run-failed'],
    ['an id that the vocabulary does not have', [1, 16], 'engine/run-failed'],
  ])('refuses %s', async (_, promptIds, code) => {
    const failure = await collect(generate(small, request({ promptIds }), running)).catch((error: unknown) => error)
    expect(CodedError.is(failure) && failure.code).toBe(code)
    expect(toy.runs).toEqual([])
  })

  it('fills the context to its last token', async () => {
    const generated = await collect(
      generate(small, request({ promptIds: Array.from({ length: 63 }, () => 1) }), running),
    )
    expect(generated).toMatchObject({ finish: 'length', segmentLengths: [1] })
  })

  it('computes nothing when nothing is left to compute', async () => {
    const options = request({ promptIds: [1], resumedIds: Array.from({ length: 32 }, () => 1), maxTokens: 32 })
    const generated = await collect(generate(small, options, running))
    expect(generated).toMatchObject({ finish: 'length', ids: [], streamed: [] })
  })

  it('says so when the model computes no number', async () => {
    const broken = createToyDecoder({ vocabularySize: 1, bias: () => Number.NaN })
    const failure = await collect(generate({ ...small, decoder: broken }, request({ promptIds: [0] }), running)).catch(
      (e: unknown) => e,
    )
    expect(failure).toMatchObject({ code: 'engine/run-failed' })
    expect(broken.openCaches).toBe(0)
  })
})
