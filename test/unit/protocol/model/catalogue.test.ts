import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CATALOGUE, EMBEDDED_MODEL } from '../../../../src/protocol/model/catalogue.ts'
import { manifestBytes, modelRootOf } from '../../../../src/protocol/model/manifest.ts'
import { catalogueSource, manifestSource } from '../../../../tools/manifest/make-manifest.ts'
import { cacheShapeOfFolder, manifestOfFolder, modelPaths } from '../../../../tools/manifest/manifest-of-folder.ts'
import { MODEL_TITLES } from '../../../../tools/manifest/model-titles.ts'

const repository = join(import.meta.dirname, '../../../..')
const titles = Object.entries(MODEL_TITLES)

function folderOf(id: string): string {
  return join(repository, 'public/models', id)
}

test('the model that comes with the page is the first of the catalogue', () => {
  expect(CATALOGUE[0]).toBe(EMBEDDED_MODEL)
})

describe.each(titles)('the committed model %s (if it drifted: npm run manifest)', (id, title) => {
  test('has the manifest of its files', async () => {
    const manifest = await manifestOfFolder(folderOf(id), title)
    expect(await readFile(join(folderOf(id), 'manifest.json'), 'utf8')).toBe(manifestSource(manifest))
  })

  test('has the root and the size that the catalogue pins', async () => {
    const manifest = await manifestOfFolder(folderOf(id), title)
    const model = CATALOGUE.find((candidate) => candidate.id === id)
    expect(model).toMatchObject({ modelRoot: modelRootOf(manifest), totalBytes: manifestBytes(manifest) })
  })

  test('has what an engine needs, at the paths of a hub', async () => {
    const needed = [
      'config.json',
      'generation_config.json',
      'onnx/model_q4.onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]
    expect(await modelPaths(folderOf(id))).toEqual(expect.arrayContaining(needed))
  })
})

test('the catalogue is the one that the tool writes', async () => {
  const models = await Promise.all(
    titles.map(async ([id, title]) => ({
      manifest: await manifestOfFolder(folderOf(id), title),
      cache: await cacheShapeOfFolder(folderOf(id)),
    })),
  )
  const written = await readFile(join(repository, 'src/protocol/model/catalogue.gen.ts'), 'utf8')
  expect(written).toBe(catalogueSource(models))
})
