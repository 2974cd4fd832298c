import { describe, expect, it } from 'vitest'
import type { GenerateOptions } from '../../../../src/engine/messages.ts'
import { noiseKeyOf } from '../../../../src/protocol/sampling/noise.ts'
import { chooseToken } from '../../../../src/protocol/sampling/token-rule.ts'
import { FIXTURES, type NamedFixture } from '../../../../tools/fixtures/fixtures.ts'
import { createSequence } from '../../../../workers/inference/session/sequence.ts'
import type { SlotDecoder } from '../../../../workers/inference/session/slot-decoder.ts'
import { referee } from './cells.ts'
import { openWorld, requestOf, WINDOW } from './generation/scheduler-world.ts'
import { openFixture } from './open-fixture.ts'
import { claimOf, SAMPLERS, SEED } from './requests.ts'

const TOKENS = 40

/** A prompt that quotes itself, so that there is something to guess from. */
function promptOf(vocabularySize: number, start: number): number[] {
  const phrase = Array.from({ length: 6 }, (_, i) => (start * 31 + i * 17) % vocabularySize)
  return [...phrase, (start + 90) % vocabularySize, ...phrase, (start + 91) % vocabularySize, ...phrase.slice(0, 3)]
}

/** The loop that every other one is held against: the exported graph, one sequence, one row a step, the token rule and nothing else. */
async function simpleLoop(decoder: SlotDecoder, { promptIds, maxTokens, sampler, seed }: GenerateOptions) {
  const sequence = createSequence(decoder, 0, 1)
  const key = noiseKeyOf(seed)
  const ids: number[] = []
  let answers = await sequence.extend(promptIds)
  for (;;) {
    ids.push(chooseToken(answers.logits(answers.count - 1), sampler, key, ids.length))
    if (ids.length === maxTokens) return ids
    answers = await sequence.extend(ids.slice(-1))
  }
}

/** Half-precision caches and graphs without GroupQueryAttention take the plain path. */
function runsPacked({ options }: NamedFixture): boolean {
  return options.precision !== 'q4f16' && options.form !== 'traced'
}

async function compare(fixture: NamedFixture): Promise<void> {
  const made = fixture.create()
  const plain = await openFixture(made, { fast: false })
  const { decoder, path } = await openFixture(made)
  const { vocabularySize } = decoder.config
  const starts = [1, 2, 3, 4]
  const requests = SAMPLERS.flatMap(({ sampler }) =>
    starts.map((start) =>
      requestOf({ promptIds: promptOf(vocabularySize, start), maxTokens: TOKENS, sampler, seed: SEED }),
    ),
  )
  const expected: number[][] = []
  for (const request of requests) expected.push(await simpleLoop(plain.decoder, request))
  expect(new Set(expected[0]).size).toBeGreaterThan(2)

  const alone = openWorld(decoder, WINDOW, { drafts: false })
  for (const [i, request] of requests.entries()) {
    if (i % 2 === 1) continue
    expect((await alone.generate(request)).ids, 'alone').toEqual(expected[i])
    expect((await alone.generate(request)).ids, 'on a prefix hit').toEqual(expected[i])
    const resumed = await alone.generate({ ...request, resumedIds: expected[i]?.slice(0, 32) ?? [] })
    expect(resumed.ids, 'resumed').toEqual(expected[i]?.slice(32))
  }
  const batched = openWorld(decoder, WINDOW, { drafts: false })
  const together = await Promise.all(requests.map((request) => batched.generate(request)))
  expect(
    together.map(({ ids }) => ids),
    'in a batch',
  ).toEqual(expected)
  const guessing = openWorld(decoder, WINDOW)
  const guessed = await Promise.all(requests.map((request) => guessing.generate(request)))
  expect(
    guessed.map(({ ids }) => ids),
    'with guesses',
  ).toEqual(expected)

  expect(path.kind).toBe(runsPacked(fixture) ? 'packed' : 'plain')
  // A graph that is not understood promises nothing of its rows.
  if (path.kind === 'plain') return
  // Rows: what a fast path committed is what the exported graph's prefill gives, bit for bit.
  const checker = openWorld(plain.decoder, WINDOW)
  for (const [i, request] of requests.entries()) {
    const answer = guessed[i] ?? expect.unreachable()
    const { promptIds, sampler, seed } = request
    const report = await checker.check({ promptIds, ...claimOf(answer), sampler, seed, cell: referee(WINDOW) })
    expect(report).toMatchObject({ tokensMatched: TOKENS, segments: [{ rowsEqual: true }, { rowsEqual: true }] })
    expect(together[i]?.rowsHashes).toEqual(answer.rowsHashes)
  }
  await decoder.release()
  await plain.decoder.release()
}

describe('every path writes the tokens of the simple loop, and commits the rows of a prefill', () => {
  it.each(FIXTURES.filter((fixture) => !fixture.rowsInfluenceEachOther))('$name', compare, 60_000)
})
