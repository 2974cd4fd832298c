import { afterEach, expect, test } from 'vitest'
import { createLease } from '../../../src/platform/lease.ts'
import { browserLocks, takeTabLock } from '../../../src/platform/tab-lock.ts'

const frames: HTMLIFrameElement[] = []

/** Another document of this origin, which is another tab as far as Web Locks go. */
function openDocument(): LockManager {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  frames.push(frame)
  if (frame.contentWindow === null) throw new Error('a frame in the page has a window')
  return frame.contentWindow.navigator.locks
}

afterEach(() => {
  for (const frame of frames.splice(0)) frame.remove()
})

/** A release takes a moment to reach the browser's lock manager: queue behind it. */
async function untilFree(name: string): Promise<void> {
  await navigator.locks.request(name, () => undefined)
}

test('one tab of a real browser computes, another is told so, until the first releases', async () => {
  const here = createLease()
  const otherLocks = openDocument()
  const elsewhere = createLease(otherLocks)
  const release = await here.acquire()
  await expect(elsewhere.acquire()).rejects.toMatchObject({ code: 'lease/held-elsewhere' })
  release()
  await untilFree('locus-compute')
  const releaseElsewhere = await elsewhere.acquire()
  await expect(here.acquire()).rejects.toMatchObject({ code: 'lease/held-elsewhere' })
  releaseElsewhere()
  await untilFree('locus-compute')
})

test('a tab that is closed without a word gives its lock back', async () => {
  const locks = browserLocks()
  if (locks === null) throw new Error('Chromium has Web Locks')
  expect(await takeTabLock(openDocument(), 'a-name')).not.toBeNull()
  expect(await takeTabLock(locks, 'a-name')).toBeNull()
  frames[0]?.remove()
  await untilFree('a-name')
  expect(await takeTabLock(locks, 'a-name')).not.toBeNull()
})
