import { describe, expect, it } from 'vitest'
import type { GenerateOptions } from '../../../../../src/engine/messages.ts'
import { GREEDY } from '../../../../../tools/greedy.ts'
import { check } from '../../../../../workers/inference/generation/check.ts'
import { generate } from '../../../../../workers/inference/generation/generate.ts'
import type { RunShape } from '../../../../../workers/inference/generation/plan-runs.ts'
import { referee } from '../cells.ts'
import { collect, openEmbeddedDecoder, SAMPLED, SEED, someIds } from '../embedded-model.ts'
import { createToyDecoder, type ToyDecoder } from '../toy-decoder.ts'

const shape: RunShape = { exactness: { kind: 'replay' }, prefillChunk: 16 }
const running = new AbortController().signal
const yieldTurn = async (): Promise<void> => undefined

function request(options: Partial<GenerateOptions> = {}): GenerateOptions {
  const promptIds = [3, 1, 4, 1, 5]
  return { promptIds, resumedIds: [], maxTokens: 80, stopIds: [], sampler: GREEDY, seed: SEED, ...options }
}

/** Single rows overrate token 0 at some positions, as a kernel with other rounding would. */
function fickle(): ToyDecoder {
  return createToyDecoder({ bias: (rows, position) => (rows === 1 && position % 11 === 9 ? 1_000 : 0) })
}

const honest = createToyDecoder()

async function checkOf(options: GenerateOptions, generated: Awaited<ReturnType<typeof collect>>, decoder = honest) {
  const { promptIds, sampler, seed } = options
  const claim = {
    promptIds,
    sampler,
    seed,
    outputIds: generated.ids,
    rowsHashes: generated.rowsHashes,
    cell: referee(shape),
  }
  return check({ decoder, shape, cell: referee(shape), yieldTurn, now: () => 0 }, claim, running)
}

describe('decode, replay, commit', () => {
  it('commits what many rows choose, where a single row chose otherwise', async () => {
    const decoder = fickle()
    const generated = await collect(generate({ decoder, shape, yieldTurn }, request(), running))
    const steady = await collect(generate({ decoder: honest, shape, yieldTurn }, request(), running))
    expect(generated.ids).toEqual(steady.ids)
    expect(generated.rowsHashes).toEqual(steady.rowsHashes)
    expect(generated.segmentLengths).toEqual([32, 32, 16])
    expect(decoder.runs.length).toBeGreaterThan(80)
    expect(decoder.openCaches).toBe(0)
  })

  it('re-emits provisional tokens at the position where the replay differs, and they end equal to what is committed', async () => {
    const positions: number[] = []
    const decoder = fickle()
    const events = generate({ decoder, shape, yieldTurn }, request(), running)
    const watched = (async function* () {
      for await (const event of events) {
        if (event.type === 'tokens') positions.push(event.position)
        yield event
      }
    })()
    const generated = await collect(watched)
    expect(positions.some((position, i) => position <= (positions[i - 1] ?? -1))).toBe(true)
    expect(generated.streamed).toEqual(generated.ids)
  })

  it('passes a checker that follows the same runs', async () => {
    const generated = await collect(generate({ decoder: fickle(), shape, yieldTurn }, request(), running))
    expect(await checkOf(request(), generated, fickle())).toMatchObject({
      tokensMatched: 80,
      segmentsEqual: [true, true, true],
    })
  })

  it('ends at a stop token only if the replay chooses it too', async () => {
    const free = await collect(generate({ decoder: honest, shape, yieldTurn }, request(), running))
    const stopId = free.ids[20] ?? -1
    const expected = free.ids.slice(0, free.ids.indexOf(stopId) + 1)
    for (const stopIds of [[stopId], [stopId, 0]]) {
      const stopped = await collect(generate({ decoder: fickle(), shape, yieldTurn }, request({ stopIds }), running))
      const honestlyStopped = await collect(
        generate({ decoder: honest, shape, yieldTurn }, request({ stopIds }), running),
      )
      expect(stopped.ids).toEqual(honestlyStopped.ids)
      expect(stopped.finish).toBe('stop')
    }
    expect(
      (await collect(generate({ decoder: fickle(), shape, yieldTurn }, request({ stopIds: [stopId] }), running))).ids,
    ).toEqual(expected)
  })

  it('replays the rest before it ends on an abort', async () => {
    const controller = new AbortController()
    const decoder = fickle()
    const events = generate({ decoder, shape, yieldTurn }, request(), controller.signal)
    const aborting = (async function* () {
      for await (const event of events) {
        if (event.type === 'tokens' && event.position === 12) controller.abort()
        yield event
      }
    })()
    const generated = await collect(aborting)
    expect(generated.finish).toBe('aborted')
    expect(generated.segmentLengths.length).toBe(1)
    expect(await checkOf(request(), generated)).toMatchObject({
      tokensMatched: generated.ids.length,
      segmentsEqual: [true],
    })
  })

  it('gives up on a device that never agrees with itself', async () => {
    const segmentStart = request().promptIds.length - 1
    let flipped = false
    const decoder = createToyDecoder({
      bias: (rows, position) => {
        if (rows > 1 && position === segmentStart) flipped = !flipped
        return rows > 1 && flipped ? 1_000 : 0
      },
    })
    const failure = await collect(
      generate({ decoder, shape: { ...shape, prefillChunk: 64 }, yieldTurn }, request(), running),
    ).catch((e: unknown) => e)
    expect(failure).toMatchObject({ code: 'engine/run-failed' })
  })

  it('works on the embedded model, whose single rows differ in the last bits', async () => {
    const decoder = await openEmbeddedDecoder()
    const wide: RunShape = { exactness: { kind: 'replay' }, prefillChunk: 64 }
    const options = request({ promptIds: someIds(20), sampler: SAMPLED, maxTokens: 70 })
    const generated = await collect(generate({ decoder, shape: wide, yieldTurn }, options, running))
    const windowed = await collect(
      generate(
        { decoder, shape: { exactness: { kind: 'window', rows: 2 }, prefillChunk: 64 }, yieldTurn },
        options,
        running,
      ),
    )
    expect(generated.segmentLengths).toEqual([32, 32, 6])
    expect(generated.ids).toEqual(windowed.ids)
    expect(generated.rowsHashes).toEqual(windowed.rowsHashes)
  }, 60_000)
})
