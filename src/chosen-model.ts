import type { ModelLibrary } from './participant/ports.ts'
import { EMBEDDED_MODEL } from './protocol/model/catalogue.ts'

const KEY = 'locus-model'

/** Root of the model that this page asks and answers with: the one chosen on this device if it is complete, else the page's own. */
export async function chosenModelRoot(models: ModelLibrary): Promise<string> {
  const chosen = localStorage.getItem(KEY)
  if (chosen === null || chosen === EMBEDDED_MODEL.modelRoot) return EMBEDDED_MODEL.modelRoot
  const isHere = (await models.list()).some((entry) => entry.modelRoot === chosen && entry.status.state === 'complete')
  return isHere ? chosen : EMBEDDED_MODEL.modelRoot
}

export function chooseModel(modelRoot: string): void {
  localStorage.setItem(KEY, modelRoot)
}
