import { expect, test } from 'vitest'
import { createLease } from '../../../src/platform/lease.ts'
import { type TabLocks, takeTabLock } from '../../../src/platform/tab-lock.ts'

/** The locks of one browser, as far as `ifAvailable` goes. */
function createTabLocks(): TabLocks {
  const held = new Set<string>()
  return {
    async request(name, _options, callback) {
      if (held.has(name)) return callback(null)
      held.add(name)
      try {
        await callback({ name })
      } finally {
        held.delete(name)
      }
      return undefined
    },
  }
}

test('one tab computes; another is told which one to use', async () => {
  const locks = createTabLocks()
  const release = await createLease(locks).acquire()
  await expect(createLease(locks).acquire()).rejects.toMatchObject({
    code: 'lease/held-elsewhere',
    nextStep: expect.stringContaining('that tab'),
  })
  release()
  await new Promise(setImmediate)
  expect(await createLease(locks).acquire()).toBeTypeOf('function')
})

test('a lease that was no longer wanted when it came is given back', async () => {
  const locks = createTabLocks()
  const unwanted = new AbortController()
  const acquiring = createLease(locks).acquire(unwanted.signal)
  unwanted.abort()
  await expect(acquiring).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }))
  await new Promise(setImmediate)
  expect(await takeTabLock(locks, 'locus-compute')).not.toBeNull()
})

test('a browser without locks has nobody to ask', async () => {
  const release = await createLease(null).acquire()
  release()
  expect(await createLease(null).acquire()).toBeTypeOf('function')
})

test('a browser that refuses its locks is heard', async () => {
  const refusing: TabLocks = { request: () => Promise.reject(new DOMException('refused', 'SecurityError')) }
  await expect(createLease(refusing).acquire()).rejects.toThrow('refused')
})
