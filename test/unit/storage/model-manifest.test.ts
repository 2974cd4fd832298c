import { expect, test } from 'vitest'
import { MAX_MANIFEST_BYTES } from '../../../src/protocol/limits.ts'
import { fetchManifest, parseManifest } from '../../../src/storage/model-manifest.ts'
import { sampleModel } from './model-server.ts'

const { catalogue, manifest } = sampleModel()
const model = catalogue[0]
if (model === undefined) throw new Error('the sample has a model')

test('a page in place of the manifest is no manifest', () => {
  const html = new TextEncoder().encode('<!doctype html><title>Not found</title>')
  expect(() => parseManifest(html, model)).toThrow(expect.objectContaining({ code: 'model/manifest-invalid' }))
})

test('a manifest that gained a field is no manifest', () => {
  const bytes = new TextEncoder().encode(JSON.stringify({ ...manifest, extra: true }))
  expect(() => parseManifest(bytes, model)).toThrow(expect.objectContaining({ code: 'model/manifest-invalid' }))
})

test('a manifest that names one other digest has another root', () => {
  const [first, ...rest] = manifest.files
  const changed = { ...manifest, files: [{ ...first, chunks: ['00'.repeat(32)] }, ...rest] }
  const bytes = new TextEncoder().encode(JSON.stringify(changed))
  expect(() => parseManifest(bytes, model)).toThrow(expect.objectContaining({ code: 'model/root-mismatch' }))
})

test('a manifest without end is dropped at its cap', async () => {
  let sentBytes = 0
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sentBytes += 65_536
      controller.enqueue(new Uint8Array(65_536).fill(0x20))
    },
  })
  const fetched = fetchManifest(async () => new Response(endless), model)
  await expect(fetched).rejects.toMatchObject({ code: 'model/manifest-invalid' })
  expect(sentBytes).toBeLessThan(MAX_MANIFEST_BYTES + 3 * 65_536)
})

test('a server that answers with an error is a failed download', async () => {
  const fetched = fetchManifest(async () => new Response('busy', { status: 503 }), model)
  await expect(fetched).rejects.toMatchObject({
    code: 'model/download-failed',
    message: expect.stringContaining('503'),
  })
})
