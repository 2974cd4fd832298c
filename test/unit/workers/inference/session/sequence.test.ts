import { beforeAll, describe, expect, it } from 'vitest'
import { createPlainSlots } from '../../../../../workers/inference/session/plain-slots.ts'
import { createSequence } from '../../../../../workers/inference/session/sequence.ts'
import type { SlotDecoder } from '../../../../../workers/inference/session/slot-decoder.ts'
import { openEmbedded } from '../embedded-model.ts'
import { someIds } from '../requests.ts'
import { createToyDecoder, type ToyDecoder } from '../toy-decoder.ts'

function overToy(toy: ToyDecoder, minimumRows: number) {
  return createSequence(createPlainSlots(toy, { slots: 1, contextTokens: 256, exactPast: false }), 0, minimumRows)
}

describe('a sequence', () => {
  it('feeds the ids before a lone id again, so that no run has one row', async () => {
    const toy = createToyDecoder()
    const sequence = overToy(toy, 4)
    await sequence.extend([1, 2, 3, 4, 5])
    await sequence.extend([6])
    expect(toy.runs).toEqual([
      { past: 0, ids: [1, 2, 3, 4, 5] },
      { past: 2, ids: [3, 4, 5, 6] },
    ])
    expect(sequence.length).toBe(6)
  })

  it('fills a first short run up with filler that it forgets', async () => {
    const toy = createToyDecoder()
    const sequence = overToy(toy, 4)
    await sequence.extend([7])
    await sequence.extend([8])
    expect(toy.runs).toEqual([
      { past: 0, ids: [7, 0, 0, 0] },
      { past: 0, ids: [7, 8, 0, 0] },
    ])
    expect(sequence.length).toBe(2)
  })

  it('gives the same rows however its ids are cut', async () => {
    const ids = [5, 3, 9, 9, 1, 14, 2]
    const whole = await overToy(createToyDecoder(), 1).extend(ids)
    const single = overToy(createToyDecoder(), 3)
    for (const [i, id] of ids.entries()) {
      const answers = await single.extend([id])
      expect([answers.row(0), answers.logits(0)]).toEqual([whole.row(i), whole.logits(i)])
    }
  })

  it('goes on from wherever it is cut back to', async () => {
    const toy = createToyDecoder()
    const sequence = overToy(toy, 2)
    const first = await sequence.extend([1, 2, 3, 4])
    sequence.truncate(2)
    const again = await sequence.extend([3, 4])
    expect(again.row(1)).toEqual(first.row(3))
    sequence.truncate(0)
    expect((await sequence.extend([1, 2])).row(1)).toEqual(first.row(1))
  })

  it('leaves no cache behind when a run fails', async () => {
    const toy = createToyDecoder({ failAt: { run: 2, error: new Error('lost') } })
    const sequence = overToy(toy, 1)
    await sequence.extend([1])
    await expect(sequence.extend([2])).rejects.toThrow('lost')
    expect(toy.openCaches).toBe(0)
  })
})

describe('a sequence on one WASM thread with the embedded model', () => {
  const TOKENS = 70
  const ids = someIds(TOKENS)
  let decoder: SlotDecoder
  let whole: Float32Array[]

  beforeAll(async () => {
    decoder = await openEmbedded('plain', 1)
    const answers = await createSequence(decoder, 0, 2).extend(ids)
    whole = ids.map((_, i) => answers.row(i).slice())
  }, 60_000)

  it.each([2, 3, 4, 7, 16, 31, 32, 33, 64])('gives the bits of one run when cut into runs of %i', async (rows) => {
    const sequence = createSequence(decoder, 0, 2)
    for (let start = 0; start < TOKENS; start += rows) {
      const answers = await sequence.extend(ids.slice(start, start + rows))
      for (let i = 0; i < answers.count; i++) expect(bitsOf(answers.row(i))).toEqual(bitsOf(whole[start + i]))
    }
  })

  it('rolls back without copying, to the same bits', async () => {
    const sequence = createSequence(decoder, 0, 2)
    await sequence.extend(ids.slice(0, 50))
    await sequence.extend(someIds(15, 400))
    sequence.truncate(40)
    const answers = await sequence.extend(ids.slice(40, 44))
    expect(bitsOf(answers.row(3))).toEqual(bitsOf(whole[43]))
  })

  it('gives a single row the bits that it has among others, as long as its attention is one block of products', async () => {
    const sequence = createSequence(decoder, 0, 1)
    for (const [i, id] of ids.entries()) {
      expect(bitsOf((await sequence.extend([id])).row(0))).toEqual(bitsOf(whole[i]))
    }
  })
})

function bitsOf(row: Float32Array | undefined): Uint32Array {
  return row === undefined ? new Uint32Array() : new Uint32Array(row.slice().buffer)
}
