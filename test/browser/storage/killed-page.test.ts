import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { CHUNK_BYTES } from '../../../src/protocol/limits.ts'
import { openModelStore } from '../../../src/storage/open-model-store.ts'

const hub = inject('hubOrigin')
const REPO = 'locus-tests/tiny-llama'
const KILLS = 20

/** A page of its own within this one: removing its frame ends it as closing a tab does, in the middle of whatever it does. */
const VICTIM = new URL('./victim.ts', import.meta.url).href

async function emptyDisk(): Promise<void> {
  const root = await navigator.storage.getDirectory()
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true })
}

beforeEach(emptyDisk)
afterEach(emptyDisk)

interface Life {
  deliveredBytes: number
  finished: boolean
}

/** Lets a page download until it has told of `pieces` arrived pieces, then removes it. */
function liveAndDie(ref: string, pieces: number): Promise<Life> {
  return new Promise((resolve) => {
    const frame = document.createElement('iframe')
    const life: Life = { deliveredBytes: 0, finished: false }
    let told = 0
    function hear({ data, source }: MessageEvent<{ delivered?: number; finished?: true }>): void {
      if (source !== frame.contentWindow && source !== null) return
      if (data.delivered !== undefined) {
        life.deliveredBytes += data.delivered
        told += 1
      }
      if (data.finished === true) life.finished = true
      if (told !== pieces && !life.finished) return
      frame.remove()
      // What it told before its end is still on its way.
      setTimeout(() => {
        removeEventListener('message', hear)
        resolve(life)
      })
    }
    addEventListener('message', hear)
    frame.src = `about:blank`
    document.body.append(frame)
    const script = frame.contentDocument?.createElement('script')
    if (script === undefined) throw new Error('a frame without a document')
    script.type = 'module'
    script.src = `${VICTIM}${VICTIM.includes('?') ? '&' : '?'}hub=${encodeURIComponent(hub)}&ref=${ref}`
    frame.contentDocument?.body.append(script)
  })
}

test('a page that is closed 20 times while it downloads fetches at most one chunk again for each time', async () => {
  const store = await openModelStore({ catalogue: [], hubCatalogue: [], hub })
  const { ref, totalBytes } = await store.addFromHub(REPO, { device: 'webgpu' })
  let deliveredBytes = 0
  let kills = 0
  for (let finished = false; !finished; ) {
    // 1 to 3 pieces: the model has about fifty.
    const life = await liveAndDie(ref, kills < KILLS ? 1 + ((kills * 7) % 3) : Infinity)
    deliveredBytes += life.deliveredBytes
    finished = life.finished
    if (!finished) kills += 1
  }
  const reloaded = await openModelStore({ catalogue: [], hubCatalogue: [], hub })
  expect(await reloaded.status(ref)).toEqual({ state: 'complete', totalBytes })
  console.log(`${kills} kills: ${deliveredBytes - totalBytes} of ${totalBytes} bytes fetched again`)
  expect(kills).toBeGreaterThanOrEqual(10)
  expect(deliveredBytes - totalBytes).toBeLessThanOrEqual(kills * CHUNK_BYTES)
  for (const { path } of (await reloaded.manifest(ref)).files) await reloaded.readFile(ref, path)
})
