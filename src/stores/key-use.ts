import type { AskModel } from './ask-model.ts'
import { isEnded } from './ask-model.ts'
import type { ContributeModel } from './contribute-model.ts'

/** What in this page needs the key that it began with; null: nothing, and the key may be replaced. */
export type KeyUse = 'contributing' | 'asking'

export function keyUseOf(contribute: Pick<ContributeModel, 'state'>, ask: AskModel): KeyUse | null {
  const { state } = contribute.state
  if (state !== 'idle' && state !== 'failed') return 'contributing'
  return ask.answers.every((answer) => isEnded(answer.state)) ? null : 'asking'
}
