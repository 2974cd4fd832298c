import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pinFromHub } from '../../../../src/storage/hub.ts'
import { addPin, hubCatalogueSource, readHubPins, withSha256 } from '../../../../tools/manifest/make-hub-catalogue.ts'
import { createHostileHub } from '../../../doubles/hub/hostile-hub.ts'
import { SAMPLE_REPO, sampleRepository, sha256Hex } from '../../../doubles/hub/hub-repository.ts'

const generated = join(import.meta.dirname, '../../../../src/protocol/model/hub-catalogue.gen.ts')

test('the hub catalogue is the one that the tool writes (if it drifted: npm run catalogue)', async () => {
  expect(await readFile(generated, 'utf8')).toBe(hubCatalogueSource(await readHubPins()))
})

test('a model that a maintainer pins has a SHA-256 for every file, and replaces its older pin', async () => {
  const repository = sampleRepository({ weightBytes: 10_000 })
  const hub = await createHostileHub([repository])
  try {
    const options = { hub: hub.origin, repo: SAMPLE_REPO, revision: 'main', device: 'webgpu' } as const
    const found = await pinFromHub({ fetch, now: Date.now }, options)
    const pin = await withSha256(hub.origin, found)
    for (const { path, hash } of pin.files) {
      expect(hash).toEqual({ kind: 'sha256', hex: sha256Hex(repository.files.get(path) ?? new Uint8Array()) })
    }
    expect(addPin([found], pin)).toEqual([pin])
    hub.habits.flips = { path: 'generation_config.json', at: 1 }
    await expect(withSha256(hub.origin, found)).rejects.toThrow('generation_config.json')
  } finally {
    await hub.stop()
  }
})
