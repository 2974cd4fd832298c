import { expect, test } from 'vitest'
import { createAnswerText } from '../../../src/participant/answer-text.ts'

interface PendingDecode {
  ids: number[]
  final: boolean
  resolve: () => void
  reject: (error: Error) => void
}

/** A decoder that answers when the test says so. */
function createHeldDecoder() {
  const pending: PendingDecode[] = []
  const texts: string[] = []
  const engine = {
    decode: (ids: number[], final: boolean) =>
      new Promise<string>((resolve, reject) => {
        pending.push({ ids, final, resolve: () => resolve(ids.join(' ') + (final ? '.' : '')), reject })
      }),
  }
  return { engine, pending, texts, onText: (text: string) => texts.push(text) }
}

/** A decoder that answers at once. */
function createPromptDecoder() {
  const texts: string[] = []
  const engine = { decode: async (ids: number[], final: boolean) => ids.join(' ') + (final ? '.' : '') }
  return { engine, texts, onText: (text: string) => texts.push(text) }
}

function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

test('provisional tokens are shown, and counted apart from committed ones', async () => {
  const { engine, texts, onText } = createPromptDecoder()
  const text = createAnswerText(engine, onText)
  text.show(0, [1])
  text.show(1, [2])
  await settle()
  expect(texts.at(-1)).toBe('1 2')
  expect([text.shown(), text.committed()]).toEqual([2, 0])
})

test('a segment of what was shown commits it and decodes nothing again', async () => {
  const { engine, texts, onText } = createPromptDecoder()
  const text = createAnswerText(engine, onText)
  text.show(0, [1, 2])
  await settle()
  const before = texts.length
  text.append([1, 2])
  await settle()
  expect(texts.length).toBe(before)
  expect([text.shown(), text.committed()]).toEqual([2, 2])
})

test('a segment that differs from what was shown replaces it', async () => {
  const { engine, texts, onText } = createPromptDecoder()
  const text = createAnswerText(engine, onText)
  text.show(0, [1, 2, 3])
  text.append([1, 9])
  await settle()
  expect(texts.at(-1)).toBe('1 9')
  expect(text.shown()).toBe(2)
})

test('a token replaced by position forgets what followed it', async () => {
  const { engine, texts, onText } = createPromptDecoder()
  const text = createAnswerText(engine, onText)
  text.show(0, [1, 2, 3])
  text.show(1, [7])
  await settle()
  expect(texts.at(-1)).toBe('1 7')
})

test('a new leg begins at what was committed: provisional text of the lost one goes', async () => {
  const { engine, texts, onText } = createPromptDecoder()
  const text = createAnswerText(engine, onText)
  text.append([1, 2])
  text.show(2, [3, 4])
  text.commit([1, 2])
  await settle()
  expect(texts.at(-1)).toBe('1 2')
  expect([text.shown(), text.committed()]).toEqual([2, 2])
})

test('one decode at a time: what arrives meanwhile is decoded together', async () => {
  const { engine, pending, texts, onText } = createHeldDecoder()
  const text = createAnswerText(engine, onText)
  for (let i = 0; i < 10; i++) text.show(i, [i])
  expect(pending.length).toBe(1)
  pending[0]?.resolve()
  await settle()
  expect(pending.map(({ ids }) => ids.length)).toEqual([1, 10])
  pending[1]?.resolve()
  await settle()
  expect(pending.length).toBe(2)
  expect(texts).toEqual(['0', '0 1 2 3 4 5 6 7 8 9'])
})

test('a decode that fails is silent, and the next tokens bring the text', async () => {
  const { engine, pending, texts, onText } = createHeldDecoder()
  const text = createAnswerText(engine, onText)
  text.show(0, [1])
  pending[0]?.reject(new Error('the worker was replaced'))
  await settle()
  text.show(1, [2])
  pending[1]?.resolve()
  await settle()
  expect(texts).toEqual(['1 2'])
})

test('the end shows everything, with nothing withheld, and reports its failure', async () => {
  const { engine, pending, texts, onText } = createHeldDecoder()
  const text = createAnswerText(engine, onText)
  const finished = text.finish([1, 2])
  expect(pending[0]).toMatchObject({ ids: [1, 2], final: true })
  pending[0]?.resolve()
  await finished
  expect(texts).toEqual(['1 2.'])
  const failed = text.finish([1])
  pending[1]?.reject(new Error('no worker'))
  await expect(failed).rejects.toThrow('no worker')
})
