import { expect, test } from 'vitest'
import { createCreditGate } from '../../../src/participant/credit-gate.ts'

/** Whether the promise has settled once every promise job that is ready now has run. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  let settled = false
  const mark = (): void => {
    settled = true
  }
  promise.then(mark, mark)
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
  return settled
}

test('the first grant may be used at once, the next one waits', async () => {
  const gate = createCreditGate(2)
  await gate.take()
  await gate.take()
  const third = gate.take()
  expect(await isSettled(third)).toBe(false)
  gate.give(1)
  expect(await isSettled(third)).toBe(true)
})

test('one credit lets one through, not two', async () => {
  const gate = createCreditGate(1)
  await gate.take()
  gate.give(1)
  await gate.take()
  expect(await isSettled(gate.take())).toBe(false)
})

test('credit does not pile up above the first grant', async () => {
  const gate = createCreditGate(2)
  gate.give(1_000)
  await gate.take()
  await gate.take()
  expect(await isSettled(gate.take())).toBe(false)
})

test('once the other side has closed, nobody waits any more', async () => {
  const gate = createCreditGate(1)
  await gate.take()
  const waiting = gate.take()
  gate.open()
  await waiting
  await gate.take()
  expect(gate.failure()).toBeNull()
})

test('a failure ends the wait under way and every later one', async () => {
  const gate = createCreditGate(1)
  await gate.take()
  const waiting = gate.take()
  const error = new Error('lost')
  gate.fail(error)
  await expect(waiting).rejects.toBe(error)
  await expect(gate.take()).rejects.toBe(error)
  expect(gate.failure()).toBe(error)
})

test('a failure counts even where there is credit left', async () => {
  const gate = createCreditGate(4)
  const error = new Error('lost')
  gate.fail(error)
  await expect(gate.take()).rejects.toBe(error)
})
