import { CodedError } from '../errors.ts'
import { GENERATED_MODELS } from './catalogue.gen.ts'

/** A model that this version of the page knows: its root is pinned here, so where its files come from does not matter. */
export interface CatalogueModel {
  id: string
  name: string
  /** Hex, from `modelRootOf` its manifest. */
  modelRoot: string
  /** Where this origin serves its files and `manifest.json`; ends in a slash. */
  basePath: string
  totalBytes: number
}

export const CATALOGUE: readonly CatalogueModel[] = GENERATED_MODELS

/** What the page offers when nobody chose: the model that comes with it. */
export const EMBEDDED_MODEL: CatalogueModel = GENERATED_MODELS[0]

/** Errors: `model/unknown`. */
export function catalogueModel(modelRoot: string, catalogue: readonly CatalogueModel[] = CATALOGUE): CatalogueModel {
  const found = catalogue.find((model) => model.modelRoot === modelRoot)
  if (found !== undefined) return found
  throw new CodedError({
    code: 'model/unknown',
    message: `This version of Locus does not know the model ${modelRoot.slice(0, 12)}.`,
    nextStep: 'Choose a model from the list, or reload the page to get the newest list.',
    details: { modelRoot: modelRoot.slice(0, 64) },
  })
}
