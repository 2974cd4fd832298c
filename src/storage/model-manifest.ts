import * as v from 'valibot'
import { CodedError } from '../protocol/errors.ts'
import { MAX_MANIFEST_BYTES } from '../protocol/limits.ts'
import type { CatalogueModel } from '../protocol/model/catalogue.ts'
import { type ModelManifest, ModelManifestSchema, modelRootOf } from '../protocol/model/manifest.ts'
import { type Fetch } from './fetch-range.ts'
import { downloadFailed, throwIfCancelled } from './model-errors.ts'
import { readCapped } from './read-capped.ts'

export const MANIFEST_FILE = 'manifest.json'

/** Errors: `model/download-failed`, `model/manifest-invalid`, `model/root-mismatch`, `model/cancelled`. */
export async function fetchManifest(
  fetch: Fetch,
  model: CatalogueModel,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const response = await fetch(model.basePath + MANIFEST_FILE, { cache: 'no-store', signal: signal ?? null })
    if (response.ok) {
      const bytes = await readCapped(response, MANIFEST_FILE, MAX_MANIFEST_BYTES, signal)
      if (bytes === null) throw manifestInvalid('it is too large')
      return bytes
    }
    await response.body?.cancel()
    throw downloadFailed(MANIFEST_FILE, `the server answered ${response.status}`)
  } catch (error) {
    throwIfCancelled(signal)
    throw CodedError.is(error) ? error : downloadFailed(MANIFEST_FILE, 'the server could not be reached', error)
  }
}

/** Remote bytes, wherever they were kept. Errors: `model/manifest-invalid`, `model/root-mismatch`. */
export function parseManifest(bytes: Uint8Array, model: CatalogueModel): ModelManifest {
  const parsed = v.safeParse(ModelManifestSchema, decodeJson(bytes))
  if (!parsed.success) throw manifestInvalid('it is not a manifest')
  const root = modelRootOf(parsed.output)
  if (root === model.modelRoot) return parsed.output
  throw new CodedError({
    code: 'model/root-mismatch',
    message: `The files offered for ${model.name} are not the ones this page was made for.`,
    nextStep: 'Reload the page to get its newest version; if it happens again, tell whoever runs this site.',
    details: { expectedRoot: model.modelRoot, foundRoot: root },
  })
}

function decodeJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return null
  }
}

function manifestInvalid(why: string): CodedError {
  return new CodedError({
    code: 'model/manifest-invalid',
    message: `The list of the model’s files cannot be used: ${why}.`,
    nextStep: 'Reload the page; if it happens again, tell whoever runs this site.',
  })
}
