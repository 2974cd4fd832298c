import { expect, test, vi } from 'vitest'
import { createLogger } from '../../../src/platform/logger.ts'
import { createFakeClock } from '../../doubles/fake-clock.ts'

function createOutput() {
  return { info: vi.fn<Console['info']>(), warn: vi.fn<Console['warn']>() }
}

test('an event is kept with its time, and written to the console', () => {
  const output = createOutput()
  const logger = createLogger(createFakeClock(5_000), output)
  logger.info('job/started', { tokens: 3 })
  logger.warn('peer/lost')
  expect(logger.entries()).toEqual([
    { at: 5_000, level: 'info', event: 'job/started', facts: { tokens: 3 } },
    { at: 5_000, level: 'warn', event: 'peer/lost', facts: {} },
  ])
  expect(output.info).toHaveBeenCalledWith('job/started', { tokens: 3 })
  expect(output.warn).toHaveBeenCalledWith('peer/lost', {})
})

test('only the newest 500 entries are kept', () => {
  const logger = createLogger(createFakeClock(), createOutput())
  for (let i = 0; i < 600; i += 1) logger.info(`event ${i}`)
  expect(logger.entries()).toHaveLength(500)
  expect(logger.entries()[0]?.event).toBe('event 100')
})

test('a long fact is cut, whoever put it there', () => {
  const logger = createLogger(createFakeClock(), createOutput())
  logger.info('event', { peer: 'x'.repeat(1_000) })
  expect(logger.entries()[0]?.facts.peer).toHaveLength(201)
})
