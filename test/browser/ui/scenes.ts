import { ASK_SCENES } from './ask-scenes.ts'
import { CHECK_SCENES } from './check-scenes.ts'
import { CONTRIBUTE_SCENES } from './contribute-scenes.ts'
import { LOCUS_SCENES } from './locus-scenes.ts'
import { MODELS_SCENES } from './models-scenes.ts'
import type { Scene } from './scene.ts'
import { STAKE_SCENES } from './stake-scenes.ts'

export const SCENES: readonly Scene[] = [
  ...CONTRIBUTE_SCENES,
  ...ASK_SCENES,
  ...LOCUS_SCENES,
  ...CHECK_SCENES,
  ...MODELS_SCENES,
  ...STAKE_SCENES,
]
