import { expect, test } from 'vitest'
import { withDeadline } from '../../../src/participant/deadline.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'

const never = new Promise<never>(() => {})

test('what comes in time comes through, and leaves no timer behind', async () => {
  const clock = createFakeClock()
  await expect(withDeadline(clock, 1_000, 'reply', Promise.resolve(7))).resolves.toBe(7)
  expect(clock.pending).toBe(0)
})

test('a failure in time is that failure, and leaves no timer behind', async () => {
  const clock = createFakeClock()
  const error = new Error('its own')
  await expect(withDeadline(clock, 1_000, 'reply', Promise.reject(error))).rejects.toBe(error)
  expect(clock.pending).toBe(0)
})

test('what does not come in time is network/deadline, and says what was waited for', async () => {
  const clock = createFakeClock()
  const outcome = withDeadline(clock, 1_000, 'reply', never)
  clock.advance(1_000)
  await expect(outcome).rejects.toMatchObject({
    code: 'network/deadline',
    message: 'The other side did not send its reply in time.',
  })
  expect(clock.pending).toBe(0)
})

test('the deadline is not a millisecond early', async () => {
  const clock = createFakeClock()
  let resolve = (_value: string): void => {}
  const late = new Promise<string>((done) => {
    resolve = done
  })
  const outcome = withDeadline(clock, 1_000, 'reply', late)
  clock.advance(999)
  resolve('just in time')
  await expect(outcome).resolves.toBe('just in time')
})
