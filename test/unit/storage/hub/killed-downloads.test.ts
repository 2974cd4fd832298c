import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CHUNK_BYTES } from '../../../../src/protocol/limits.ts'
import type { ChunkDirectory } from '../../../../src/storage/chunk-directory.ts'
import { createMemoryDirectory } from '../../../../src/storage/memory-directory.ts'
import { createHostileHub, type HostileHub } from '../../../doubles/hub/hostile-hub.ts'
import { SAMPLE_REPO, sampleRepository } from '../../../doubles/hub/hub-repository.ts'
import { createKillablePage } from '../../../doubles/killable-page.ts'
import { createSeededRandom } from '../../../doubles/seeded-random.ts'
import { createHubDevice } from './hub-store.ts'

const KILLS = 50
const WEIGHTS = 'onnx/model_q4.onnx_data'
const repository = sampleRepository({ weightBytes: 21 * CHUNK_BYTES + 777 })

let hub: HostileHub
let disk: ChunkDirectory
beforeEach(async () => {
  hub = await createHostileHub([repository])
  disk = createMemoryDirectory()
})
afterEach(() => hub.stop())

interface Outcome {
  kills: number
  deliveredBytes: number
  totalBytes: number
}

/** Opens a page, kills it at a random step, opens the next one over the same disk, and so on; the last one may finish. */
async function downloadThroughKills(seed: number, maxSteps: number): Promise<Outcome> {
  const { ref, totalBytes } = await createHubDevice(hub, disk).open().addFromHub(SAMPLE_REPO, { device: 'webgpu' })
  const random = createSeededRandom(seed)
  let deliveredBytes = 0
  let kills = 0
  for (let finished = false; !finished; ) {
    const [high = 0, low = 0] = random.bytes(2)
    const lifeSteps = kills < KILLS ? Math.floor(((high * 256 + low) / 65_536) * maxSteps) : Infinity
    const page = createKillablePage(disk, (url, init) => fetch(url, init), lifeSteps)
    const store = createHubDevice(hub, page.directory).open({ fetch: page.fetch })
    finished = await Promise.race([
      store.download(ref, () => undefined).then(() => true),
      page.killed.then(() => false),
    ])
    deliveredBytes += page.deliveredBytes()
    if (!finished) kills += 1
  }
  return { kills, deliveredBytes, totalBytes }
}

describe('a page that is killed at random while it downloads', () => {
  // Steps are reads from the network and calls of the file system: about 120 for a chunk.
  test.each([
    [1, 60],
    [2, 90],
  ])(
    '50 times (seed %i) fetches no more than one chunk again for each time',
    async (seed, maxSteps) => {
      const { kills, deliveredBytes, totalBytes } = await downloadThroughKills(seed, maxSteps)
      const againBytes = deliveredBytes - totalBytes
      console.log(
        `${kills} kills: ${againBytes} of ${totalBytes} bytes fetched again, ${Math.round(againBytes / Math.max(1, kills))} a kill`,
      )
      expect(kills).toBe(KILLS)
      expect(againBytes).toBeGreaterThan(0)
      expect(againBytes).toBeLessThanOrEqual(kills * CHUNK_BYTES)

      const store = createHubDevice(hub, disk).open()
      const [entry] = await store.list()
      expect(entry?.status).toEqual({ state: 'complete', totalBytes })
      const weights = await store.readFile(entry?.ref ?? '', WEIGHTS)
      expect(Buffer.compare(weights, repository.files.get(WEIGHTS) ?? new Uint8Array())).toBe(0)
    },
    120_000,
  )

  test('leaves nothing behind that the finished model does not need', async () => {
    await downloadThroughKills(3, 80)
    const models = await disk.getDirectoryHandle('models')
    const names: string[] = []
    for await (const key of models.keys()) {
      for await (const name of (await models.getDirectoryHandle(key)).keys()) names.push(name)
    }
    expect(names.filter((name) => name.startsWith('part.'))).toEqual([])
  }, 120_000)
})
