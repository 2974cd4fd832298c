import { beforeAll, describe, expect, it } from 'vitest'
import { createDecoderFixture } from '../../../../../tools/fixtures/decoder-fixture.ts'
import type { Feed, FeedAnswers, SlotDecoder } from '../../../../../workers/inference/session/slot-decoder.ts'
import { openEmbedded } from '../embedded-model.ts'
import { openFixture } from '../open-fixture.ts'
import { someIds } from '../requests.ts'

const CONTEXT = 512
const ids = someIds(CONTEXT)

function bits(values: Float32Array): string {
  return new Uint32Array(values.slice().buffer).join()
}

function feed(slot: number, start: number, end: number, wantedCount = 1, text = ids): Feed {
  return { slot, start, ids: text.slice(start, end), wantedFrom: end - start - wantedCount, wantedCount }
}

async function runOne(decoder: SlotDecoder, one: Feed): Promise<FeedAnswers> {
  const [answers] = await decoder.run([one])
  if (answers === undefined) throw new Error('one feed has one answer')
  return answers
}

describe('slots packed into one run, on one WASM thread with the embedded model', () => {
  let packed: SlotDecoder
  /** By position: what the exported graph's prefill gives. */
  const rows: string[] = []
  const logits: string[] = []

  beforeAll(async () => {
    packed = await openEmbedded('packed')
    const plain = await openEmbedded('plain', 1)
    for (let start = 0; start < CONTEXT; start += 64) {
      const answers = await runOne(plain, feed(0, start, start + 64, 64))
      for (let i = 0; i < 64; i++) {
        rows.push(bits(answers.row(i)))
        logits.push(bits(answers.logits(i)))
      }
    }
    await plain.release()
  }, 60_000)

  function expectExact(answers: FeedAnswers, lastPosition: number): void {
    for (let i = 0; i < answers.count; i++) {
      const position = lastPosition - answers.count + 1 + i
      expect(bits(answers.row(i)), `row ${position}`).toBe(rows[position])
      expect(bits(answers.logits(i)), `logits ${position}`).toBe(logits[position])
    }
  }

  it('give one row at a time the bits of a prefill, from the first position to the last', async () => {
    for (let position = 0; position < 40; position++)
      expectExact(await runOne(packed, feed(0, position, position + 1)), position)
    await runOne(packed, feed(0, 0, 500, 1))
    for (let position = 500; position < CONTEXT; position++)
      expectExact(await runOne(packed, feed(0, position, position + 1)), position)
  })

  it('give the same bits whoever shares the run, whatever the others do', async () => {
    for (let slot = 0; slot < 8; slot++) await runOne(packed, feed(slot, 0, 50 + slot * 9, 1))
    for (let step = 0; step < 6; step++) {
      const feeds = [0, 1, 2, 3, 4].map((slot) => feed(slot, 50 + slot * 9 + step, 51 + slot * 9 + step))
      // One reads a prompt meanwhile, one checks an answer, one writes another text.
      feeds.push(feed(5, step * 30, step * 30 + 30, 0), feed(6, step * 16, step * 16 + 16, 16))
      feeds.push(feed(7, step, step + 1, 1, someIds(CONTEXT, 77)))
      const answers = await packed.run(feeds)
      answers.slice(0, 5).forEach((answer, slot) => expectExact(answer, 50 + slot * 9 + step))
      const checked = answers[6]
      if (checked === undefined) throw new Error('seven feeds have seven answers')
      expectExact(checked, step * 16 + 15)
    }
  })

  it('go on from a prefix of another slot, to the same bits', async () => {
    await runOne(packed, feed(2, 0, 200))
    await packed.copyPrefix?.(2, 6, 150)
    await runOne(packed, feed(2, 150, 160, 1, someIds(CONTEXT, 99)))
    expectExact(await runOne(packed, feed(6, 150, 151)), 150)
    expectExact(await runOne(packed, feed(6, 151, 170, 19)), 169)
  })

  it('roll back by starting earlier', async () => {
    await runOne(packed, feed(3, 0, 90, 1, someIds(CONTEXT, 42)))
    await runOne(packed, feed(3, 0, 30))
    await runOne(packed, feed(3, 30, 60, 1, someIds(CONTEXT, 42)))
    expectExact(await runOne(packed, feed(3, 30, 34, 4)), 33)
  })

  it('keep nothing of a text that began anew', async () => {
    await runOne(packed, feed(4, 0, 80, 1, someIds(CONTEXT, 7)))
    expectExact(await runOne(packed, feed(4, 0, 1)), 0)
    expectExact(await runOne(packed, feed(4, 1, 2)), 1)
  })
})

describe('heads so large that a long text is more than one block of sums', () => {
  it.each([64, 128, 256])(
    'of %i: give one row at a time, and two, the bits of a prefill',
    async (headDimension) => {
      const length = 300
      const fixture = createDecoderFixture({
        family: 'llama',
        precision: 'fp32',
        positionIds: false,
        externalData: false,
        seed: 1,
        dimensions: { headDimension, context: 320 },
      })
      const { decoder: packed } = await openFixture(fixture, { slots: 1 })
      const { decoder: plain } = await openFixture(fixture, { slots: 1, fast: false })
      const text = Array.from({ length }, (_, i) => (i * 37 + 5) % packed.config.vocabularySize)
      const whole = await runOne(plain, feed(0, 0, length, length, text))
      const expected = text.map((_, i) => bits(whole.row(i)))
      await runOne(packed, feed(0, 0, 20, 1, text))
      for (let at = 20; at + 3 <= length; at += 3) {
        expect(bits((await runOne(packed, feed(0, at, at + 1, 1, text))).row(0)), `row ${at}`).toBe(expected[at])
        const two = await runOne(packed, feed(0, at + 1, at + 3, 1, text))
        expect(bits(two.row(0)), `row ${at + 2}`).toBe(expected[at + 2])
      }
      await packed.release()
      await plain.release()
    },
    60_000,
  )
})
