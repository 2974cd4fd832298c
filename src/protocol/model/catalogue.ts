import { GENERATED_MODELS } from './catalogue.gen.ts'
import type { CacheShape, Precision } from './hub-pin.ts'

/** A model that this version of the page knows: its root is pinned here, so where its files come from does not matter. */
export interface CatalogueModel {
  id: string
  name: string
  /** Hex, from `modelRootOf` its manifest. */
  modelRoot: string
  /** Where this origin serves its files and `manifest.json`; ends in a slash. */
  basePath: string
  totalBytes: number
  license: string
  precision: Precision
  contextTokens: number
  cache: CacheShape
}

export const CATALOGUE: readonly CatalogueModel[] = GENERATED_MODELS

/** What the page offers when nobody chose: the model that comes with it. */
export const EMBEDDED_MODEL: CatalogueModel = GENERATED_MODELS[0]
