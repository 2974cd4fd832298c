import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { DownloadSettings } from '../../../../src/participant/ports.ts'
import { createHostileHub, type HostileHub } from '../../../doubles/hub/hostile-hub.ts'
import { SAMPLE_REPO, sampleRepository } from '../../../doubles/hub/hub-repository.ts'
import { createHubDevice, type HubDevice } from './hub-store.ts'

const OPEN: DownloadSettings = { bytesPerSecond: null, bytesPerMonth: null, evenWhenSavingData: false }
const repository = sampleRepository()

let hub: HostileHub
let device: HubDevice
let ref: string
let totalBytes: number
beforeEach(async () => {
  hub = await createHostileHub([repository])
  device = createHubDevice(hub)
  const entry = await device.open().addFromHub(SAMPLE_REPO, { device: 'webgpu' })
  ref = entry.ref
  totalBytes = entry.totalBytes
})
afterEach(() => hub.stop())

function ignoreProgress(): void {}

test('settings outlive the page', async () => {
  const chosen = { bytesPerSecond: 1_000, bytesPerMonth: 5_000, evenWhenSavingData: true }
  expect(await device.open().settings()).toEqual(OPEN)
  await device.open().changeSettings(chosen)
  expect(await device.open().settings()).toEqual(chosen)
})

test('a cap on speed holds over all lanes together', async () => {
  const bytesPerSecond = 250_000
  await device.open().changeSettings({ ...OPEN, bytesPerSecond })
  const before = device.clock.now()
  await device.open().download(ref, ignoreProgress)
  const seconds = (device.clock.now() - before) / 1_000
  // One second's worth may come at once.
  expect(seconds).toBeGreaterThanOrEqual(totalBytes / bytesPerSecond - 1.1)
})

test('without a cap on speed nobody waits', async () => {
  await device.open().download(ref, ignoreProgress)
  expect(device.clock.waits).toEqual([])
})

describe('a cap on data', () => {
  test('refuses a download that would pass it, before a byte is fetched', async () => {
    await device.open().changeSettings({ ...OPEN, bytesPerMonth: totalBytes - 1 })
    const requests = hub.requests.length
    await expect(device.open().download(ref, ignoreProgress)).rejects.toMatchObject({
      code: 'model/data-cap',
      nextStep: expect.stringContaining('cap'),
    })
    expect(hub.requests).toHaveLength(requests)
  })

  test('counts what was fetched over several visits, and begins anew after thirty days', async () => {
    await device.open().changeSettings({ ...OPEN, bytesPerMonth: 1.5 * totalBytes })
    await device.open().download(ref, ignoreProgress)
    expect(await device.open().dataUsed()).toBe(totalBytes)
    await device.open().delete(ref)
    const again = await device.open().addFromHub(SAMPLE_REPO, { device: 'webgpu' })
    await expect(device.open().download(again.ref, ignoreProgress)).rejects.toMatchObject({ code: 'model/data-cap' })
    device.clock.after(30 * 24 * 3_600_000, ignoreProgress)
    await device.open().settings()
    expect(await device.open().dataUsed()).toBe(0)
    await device.open().download(again.ref, ignoreProgress)
  })

  test('ends a download that a bad line makes cost more than it has, and keeps what arrived', async () => {
    await device.open().changeSettings({ ...OPEN, bytesPerMonth: totalBytes })
    hub.habits.ignoresRange = true
    const stop = new AbortController()
    const first = device.open().download(ref, (have) => have > 2_500_000 && stop.abort(), stop.signal)
    await expect(first).rejects.toMatchObject({ code: 'model/cancelled' })
    // The rest would fit, but this server sends everything from the beginning.
    await expect(device.open().download(ref, ignoreProgress)).rejects.toMatchObject({ code: 'model/data-cap' })
    expect(await device.open().status(ref)).toMatchObject({ state: 'partial' })
  })
})

describe('a device that is set to save data', () => {
  test('asks before a large download, and may be told to go ahead', async () => {
    const large = sampleRepository({ repo: 'locus-tests/large', weightBytes: 21_000_000 })
    await hub.stop()
    hub = await createHostileHub([large])
    device = createHubDevice(hub)
    const entry = await device.open().addFromHub('locus-tests/large', { device: 'webgpu' })
    const store = device.open({ savesData: () => true })
    await expect(store.download(entry.ref, ignoreProgress)).rejects.toMatchObject({ code: 'model/data-saver' })
    await store.changeSettings({ ...OPEN, evenWhenSavingData: true })
    await store.download(entry.ref, ignoreProgress)
  })

  test('fetches a small model without asking', async () => {
    await device.open({ savesData: () => true }).download(ref, ignoreProgress)
    expect(await device.open().status(ref)).toMatchObject({ state: 'complete' })
  })
})

describe('room on the disk', () => {
  const other = sampleRepository({ repo: 'locus-tests/other', weightBytes: 1_000_000 })
  const third = sampleRepository({ repo: 'locus-tests/third', weightBytes: 1_500_000 })
  const fourth = sampleRepository({ repo: 'locus-tests/fourth', weightBytes: 800_000 })

  /** Three models, read one after another in this order: sample, other, third. */
  async function fill(): Promise<string[]> {
    await hub.stop()
    hub = await createHostileHub([repository, other, third, fourth])
    device = createHubDevice(hub)
    const refs: string[] = []
    for (const { repo } of [repository, other, third]) {
      const store = device.open()
      const entry = await store.addFromHub(repo, { device: 'webgpu' })
      await store.download(entry.ref, ignoreProgress)
      device.clock.after(1_000, ignoreProgress)
      await store.readFile(entry.ref, 'config.json')
      refs.push(entry.ref)
    }
    return refs
  }

  test('is made by letting go of what was used longest ago, only of as much as is needed, and only after a yes', async () => {
    const [sample = '', second = '', last = ''] = await fill()
    const wanted = await device.open().addFromHub(fourth.repo, { device: 'wasm' })
    const store = device.open({ freeBytes: async () => 10_000 })
    await expect(store.download(wanted.ref, ignoreProgress)).rejects.toMatchObject({ code: 'model/quota' })
    const plan = await store.planRoom(wanted.ref)
    expect(plan).toMatchObject({ neededBytes: wanted.totalBytes, freeBytes: 10_000, enough: true })
    expect(plan.evict.map((entry) => entry.ref)).toEqual([sample])
    // A plan is a proposal: nothing has gone.
    for (const each of [sample, second, last]) expect((await store.status(each)).state).toBe('complete')
    await store.readFile(sample, 'config.json')
    expect((await store.planRoom(wanted.ref)).evict.map((entry) => entry.ref)).toEqual([second])
  })

  test('that cannot be made is said', async () => {
    await fill()
    await hub.stop()
    hub = await createHostileHub([sampleRepository({ repo: 'locus-tests/huge', weightBytes: 9_000_000 })])
    const onOtherHub = createHubDevice(hub, device.directory)
    const huge = await onOtherHub.open().addFromHub('locus-tests/huge', { device: 'webgpu' })
    const plan = await onOtherHub.open({ freeBytes: async () => 0 }).planRoom(huge.ref)
    expect(plan.enough).toBe(false)
    expect(plan.evict).toHaveLength(3)
  })

  test('is not minded where the browser does not say how much there is', async () => {
    const plan = await device.open().planRoom(ref)
    expect(plan).toMatchObject({ freeBytes: null, evict: [], enough: true })
  })
})

test('a few chunks are looked at at every start, until all were, and what has changed is thrown away', async () => {
  await device.open().download(ref, ignoreProgress)
  const models = await device.directory.getDirectoryHandle('models')
  const folder = await models.getDirectoryHandle(ref)
  const names: string[] = []
  for await (const name of folder.keys()) names.push(name)
  const chunks = names.filter((name) => /^\d/.test(name))
  const file = await folder.getFileHandle(chunks[3] ?? '')
  const writer = await file.createWritable()
  await writer.write(new Uint8Array((await file.getFile()).size))
  await writer.close()
  const found: number[] = []
  for (let start = 0; start * 2 < chunks.length; start += 1) found.push(await device.open().checkSample(2))
  expect(found.reduce((sum, wrong) => sum + wrong, 0)).toBe(1)
  expect(await device.open().status(ref)).toMatchObject({ state: 'partial' })
})
