import { expect, test } from 'vitest'
import type { FromWorker, GenerateOptions } from '../../../../src/engine/messages.ts'
import { createPulse } from '../../../../workers/inference/pulse.ts'
import type { Runtime } from '../../../../workers/inference/runtime.ts'
import { serveCalls } from '../../../../workers/inference/serve-calls.ts'

function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** A runtime whose generations emit one token for every event that is asked for, until aborted. */
function endless(): { runtime: Runtime; computed: Map<number, number> } {
  const computed = new Map<number, number>()
  const generate: Runtime['generate'] = async function* ({ maxTokens: name }, signal) {
    for (let position = 0; !signal.aborted && position < 10_000; position++) {
      computed.set(name, position + 1)
      yield { type: 'tokens', position, ids: [name] }
      await settled()
    }
    yield { type: 'finish', reason: 'aborted' }
  }
  return { runtime: { generate } as Runtime, computed }
}

function served(runtime: Runtime) {
  const posted: FromWorker[] = []
  return { posted, handle: serveCalls(runtime, (message) => posted.push(message)) }
}

const named = (name: number): GenerateOptions => ({ maxTokens: name }) as GenerateOptions

test('a paused generation computes nothing until it is resumed, and the others are not disturbed', async () => {
  const { runtime, computed } = endless()
  const { handle } = served(runtime)
  handle({ type: 'call', id: 1, name: 'generate', args: named(1) })
  handle({ type: 'call', id: 2, name: 'generate', args: named(2) })
  await settled()
  handle({ type: 'pause', id: 1 })
  await settled()
  const [one = 0, two = 0] = [computed.get(1), computed.get(2)]
  for (let turn = 0; turn < 5; turn++) await settled()
  expect(computed.get(1)).toBe(one)
  expect(computed.get(2)).toBeGreaterThan(two)
  handle({ type: 'resume', id: 1 })
  for (let turn = 0; turn < 5; turn++) await settled()
  expect(computed.get(1)).toBeGreaterThan(one)
  handle({ type: 'cancel', id: 1 })
  handle({ type: 'cancel', id: 2 })
})

test('a generation that is cancelled while it is paused comes to its end, and cannot be paused again', async () => {
  const { runtime } = endless()
  const { handle, posted } = served(runtime)
  handle({ type: 'call', id: 1, name: 'generate', args: named(1) })
  await settled()
  handle({ type: 'pause', id: 1 })
  await settled()
  handle({ type: 'cancel', id: 1 })
  handle({ type: 'pause', id: 1 })
  for (let turn = 0; turn < 3; turn++) await settled()
  expect(posted.slice(-2)).toEqual([
    { type: 'event', id: 1, event: { type: 'finish', reason: 'aborted' } },
    { type: 'result', id: 1, result: null },
  ])
})

test('a pulse is posted at most four times a second, however many runs there are', () => {
  const posted: FromWorker[] = []
  let now = 0
  const pulse = createPulse(
    (message) => posted.push(message),
    () => now,
  )
  for (; now < 1_000; now += 10) pulse()
  expect(posted).toEqual(Array.from({ length: 4 }, () => ({ type: 'pulse' })))
})
