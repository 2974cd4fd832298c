/**
 * Writes `public/models/<id>/manifest.json` and the pinned roots in `src/protocol/model/catalogue.gen.ts`. Run it after any model
 * file has changed (`npm run manifest`): until then the page refuses the files, and a unit test says so.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CacheShape } from '../../src/protocol/model/hub-pin.ts'
import { type ModelManifest, manifestBytes, modelRootOf } from '../../src/protocol/model/manifest.ts'
import { cacheShapeOfFolder, manifestOfFolder } from './manifest-of-folder.ts'
import { MODEL_TITLES } from './model-titles.ts'

const repository = join(import.meta.dirname, '../..')

export interface PageModel {
  manifest: ModelManifest
  /** Of the model's config.json. */
  cache: CacheShape
}

export function catalogueSource(models: readonly PageModel[]): string {
  const entries = models.map(
    ({ manifest, cache }) => `  {
    id: '${manifest.id}',
    name: '${manifest.name}',
    modelRoot: '${modelRootOf(manifest)}',
    basePath: '/models/${manifest.id}/',
    totalBytes: ${manifestBytes(manifest)},
    license: '${manifest.license}',
    precision: 'q4',
    contextTokens: ${manifest.contextTokens},
    cache: { layers: ${cache.layers}, keyValueHeads: ${cache.keyValueHeads}, headDimension: ${cache.headDimension} },
  },
`,
  )
  return `// Written by tools/manifest/make-manifest.ts from public/models; run \`npm run manifest\` instead of editing.
export const GENERATED_MODELS = [
${entries.join('')}] as const
`
}

export function manifestSource(manifest: ModelManifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

if (import.meta.main) {
  const models: PageModel[] = []
  for (const [id, title] of Object.entries(MODEL_TITLES)) {
    const folder = join(repository, 'public/models', id)
    const manifest = await manifestOfFolder(folder, title)
    await writeFile(join(folder, 'manifest.json'), manifestSource(manifest))
    models.push({ manifest, cache: await cacheShapeOfFolder(folder) })
    console.log(
      `${id}: ${manifest.files.length} files, ${manifestBytes(manifest)} bytes, root ${modelRootOf(manifest)}`,
    )
  }
  await writeFile(join(repository, 'src/protocol/model/catalogue.gen.ts'), catalogueSource(models))
}
