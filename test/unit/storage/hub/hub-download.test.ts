import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CHUNK_BYTES } from '../../../../src/protocol/limits.ts'
import { modelRootOf } from '../../../../src/protocol/model/manifest.ts'
import { createHostileHub, type HostileHub } from '../../../doubles/hub/hostile-hub.ts'
import { SAMPLE_REPO, sampleRepository } from '../../../doubles/hub/hub-repository.ts'
import { createHubDevice, type HubDevice } from './hub-store.ts'

const repository = sampleRepository()
const WEIGHTS = 'onnx/model_q4.onnx_data'
const PATHS = [
  'config.json',
  'generation_config.json',
  'onnx/model_q4.onnx',
  WEIGHTS,
  'tokenizer.json',
  'tokenizer_config.json',
]
const options = { device: 'webgpu', precision: 'q4' } as const

let hub: HostileHub
let device: HubDevice
beforeEach(async () => {
  hub = await createHostileHub([repository])
  device = createHubDevice(hub)
})
afterEach(() => hub.stop())

function ignoreProgress(): void {}

async function expectWhole(ref: string): Promise<void> {
  const store = device.open()
  for (const path of PATHS) {
    expect(Buffer.compare(await store.readFile(ref, path), repository.files.get(path) ?? new Uint8Array())).toBe(0)
  }
}

describe('a model that is added by its name on a hub', () => {
  test('is pinned to a commit and to every file, and nothing but its configuration is fetched', async () => {
    const entry = await device.open().addFromHub(SAMPLE_REPO, { device: 'webgpu' })
    expect(entry).toMatchObject({
      modelRoot: null,
      name: 'tiny-llama q4',
      license: 'apache-2.0',
      precision: 'q4',
      contextTokens: 1_024,
      cache: { layers: 2, keyValueHeads: 2, headDimension: 16 },
      totalBytes: PATHS.reduce((sum, path) => sum + (repository.files.get(path)?.length ?? 0), 0),
      origin: { kind: 'hub', repo: SAMPLE_REPO, revision: repository.revision, pinnedBy: 'first-use' },
      status: { state: 'absent' },
    })
    expect(hub.requests).toEqual([
      `hub /api/models/${SAMPLE_REPO}/revision/main`,
      `hub /${SAMPLE_REPO}/resolve/${repository.revision}/config.json`,
    ])
  })

  test('is known after a reload, and downloaded, read and deleted like any other', async () => {
    const { ref } = await device.open().addFromHub(SAMPLE_REPO, options)
    const store = device.open()
    expect((await store.list()).map((entry) => entry.ref)).toEqual([ref])
    const seen: number[] = []
    await store.download(ref, (have) => seen.push(have))
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    await expectWhole(ref)
    const [entry] = await device.open().list()
    expect(entry?.status.state).toBe('complete')
    await store.delete(ref)
    expect(await device.open().list()).toEqual([])
  })

  test('has a root once it is complete, and is found by it', async () => {
    const { ref } = await device.open().addFromHub(SAMPLE_REPO, options)
    await device.open().download(ref, ignoreProgress)
    const store = device.open()
    const manifest = await store.manifest(ref)
    const root = modelRootOf(manifest)
    expect((await store.list())[0]?.modelRoot).toBe(root)
    expect(await store.manifest(root)).toEqual(manifest)
    expect((await store.readFile(root, 'config.json')).length).toBe(repository.files.get('config.json')?.length)
  })

  test('has the same root on every device that pinned the same commit', async () => {
    const roots: string[] = []
    for (const each of [device, createHubDevice(hub)]) {
      const store = each.open()
      const { ref } = await store.addFromHub(SAMPLE_REPO, options)
      await store.download(ref, ignoreProgress)
      roots.push(modelRootOf(await store.manifest(ref)))
    }
    expect(roots[0]).toBe(roots[1])
  })

  test('comes in the precision that suits the device', async () => {
    const onProcessor = await device.open().addFromHub(SAMPLE_REPO, { device: 'wasm' })
    expect(onProcessor.precision).toBe('q4')
    await device.open().download(onProcessor.ref, ignoreProgress)
    expect((await device.open().manifest(onProcessor.ref)).files.map((file) => file.path)).toContain(
      'onnx/model_q4.onnx',
    )
  })
})

describe('what is asked of the hub', () => {
  test('large files are asked of the content network once its address is known', async () => {
    const store = device.open()
    const { ref } = await store.addFromHub(SAMPLE_REPO, options)
    await store.download(ref, ignoreProgress)
    const redirected = hub.requests.filter((line) => line.startsWith('hub') && line.includes(WEIGHTS))
    expect(redirected).toHaveLength(1)
    expect(hub.requests.some((line) => line.startsWith('cdn') && line.includes(WEIGHTS))).toBe(true)
  })

  test('the hub is asked again when that address has run out', async () => {
    const store = device.open()
    const { ref } = await store.addFromHub(SAMPLE_REPO, options)
    hub.habits.signatureUses = 2
    hub.habits.cuts = Array.from({ length: 12 }, () => 300_000)
    await store.download(ref, ignoreProgress)
    expect(hub.requests.filter((line) => line.startsWith('hub') && line.includes(WEIGHTS)).length).toBeGreaterThan(1)
    await expectWhole(ref)
  })

  test('a hub that says wait is waited for, as long as it says', async () => {
    const store = device.open()
    const { ref } = await store.addFromHub(SAMPLE_REPO, options)
    hub.habits.limits = { times: 2, retryAfter: '7' }
    await store.download(ref, ignoreProgress)
    expect(Math.max(...device.clock.waits)).toBe(7_000)
    await expectWhole(ref)
  })

  test('a date to come back is understood too', async () => {
    const store = device.open()
    const { ref } = await store.addFromHub(SAMPLE_REPO, options)
    hub.habits.limits = { times: 1, retryAfter: new Date(device.clock.now() + 30_000).toUTCString() }
    await store.download(ref, ignoreProgress)
    expect(Math.max(...device.clock.waits)).toBe(30_000)
  })

  test('a wait that nobody should sit through is said with its time', async () => {
    const store = device.open()
    const { ref } = await store.addFromHub(SAMPLE_REPO, options)
    hub.habits.limits = { times: 100, retryAfter: '3600' }
    await expect(store.download(ref, ignoreProgress)).rejects.toMatchObject({
      code: 'model/rate-limited',
      nextStep: expect.stringContaining('60 minutes'),
    })
    expect(device.clock.waits).toEqual([])
  })

  test('a hub that says nothing but wait is given up on', async () => {
    const store = device.open()
    const { ref } = await store.addFromHub(SAMPLE_REPO, options)
    hub.habits.limits = { times: 1_000, retryAfter: null }
    await expect(store.download(ref, ignoreProgress)).rejects.toMatchObject({ code: 'model/rate-limited' })
  })

  test('a line that is cut goes on by itself, from the byte where it was cut', async () => {
    const store = device.open()
    const { ref, totalBytes } = await store.addFromHub(SAMPLE_REPO, options)
    const before = device.deliveredBytes
    hub.habits.cuts = [3, 70_000, 500_000, 1, 900_000, 1_500_000]
    await store.download(ref, ignoreProgress)
    await expectWhole(ref)
    expect(device.deliveredBytes - before).toBe(totalBytes)
  })

  test('a hub that cannot send parts serves all the same', async () => {
    hub.habits.ignoresRange = true
    const store = device.open()
    const { ref } = await store.addFromHub(SAMPLE_REPO, options)
    await store.download(ref, ignoreProgress)
    await expectWhole(ref)
  })
})

describe('what a hub may not send', () => {
  test('the note that stands for a file is recognised, whatever asked for it', async () => {
    const store = device.open()
    const { ref } = await store.addFromHub(SAMPLE_REPO, options)
    hub.habits.sendsPointers = true
    await expect(store.download(ref, ignoreProgress)).rejects.toMatchObject({ code: 'model/lfs-pointer' })
    hub.habits.sendsPointers = false
    await store.download(ref, ignoreProgress)
    await expectWhole(ref)
  })

  test('a changed file is thrown away whole, and the next download mends it', async () => {
    const store = device.open()
    const { ref } = await store.addFromHub(SAMPLE_REPO, options)
    hub.habits.flips = { path: WEIGHTS, at: 2 * CHUNK_BYTES + 5 }
    await expect(store.download(ref, ignoreProgress)).rejects.toMatchObject({
      code: 'model/file-corrupt',
      details: { path: WEIGHTS },
    })
    await expect(store.readFile(ref, WEIGHTS)).rejects.toMatchObject({ code: 'model/truncated' })
    hub.habits.flips = null
    await store.download(ref, ignoreProgress)
    await expectWhole(ref)
  })

  test('a configuration that is not the listed one is refused when the model is added', async () => {
    hub.habits.flips = { path: 'config.json', at: 3 }
    await expect(device.open().addFromHub(SAMPLE_REPO, options)).rejects.toMatchObject({ code: 'model/file-corrupt' })
    expect(await device.open().list()).toEqual([])
  })

  test.each(['locus-tests/none', 'no-slash', '../../etc/passwd', 'a/b/c', 'a/..', ''])(
    '%j is no model of the hub',
    async (repo) => {
      await expect(device.open().addFromHub(repo, options)).rejects.toMatchObject({ code: 'model/not-on-hub' })
    },
  )

  test('a precision that the repository lacks is said', async () => {
    await expect(device.open().addFromHub(SAMPLE_REPO, { ...options, precision: 'fp16' })).rejects.toMatchObject({
      code: 'model/not-on-hub',
      message: expect.stringContaining('fp16'),
    })
  })
})

test('while a model arrives, none of it can be read', async () => {
  const store = device.open()
  const { ref } = await store.addFromHub(SAMPLE_REPO, options)
  const attempts: Promise<unknown>[] = []
  await store.download(ref, (have, total) => {
    if (have === total) return
    const reader = device.open()
    for (const path of PATHS) attempts.push(reader.readFile(ref, path).catch((error: unknown) => error))
    attempts.push(reader.manifest(ref).catch((error: unknown) => error))
  })
  const outcomes = await Promise.all(attempts)
  expect(outcomes.length).toBeGreaterThan(100)
  for (const outcome of outcomes) expect(outcome).toMatchObject({ code: 'model/truncated' })
})
