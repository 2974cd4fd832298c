import type { ModelTitle } from './manifest-of-folder.ts'

/** The models under `public/models`, by folder. */
export const MODEL_TITLES: Record<string, ModelTitle> = {
  'locus-stories': { name: 'Locus Stories', license: 'apache-2.0' },
}
