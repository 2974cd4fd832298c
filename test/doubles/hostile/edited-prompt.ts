import type { Engine } from '../../../src/participant/ports.ts'
import { withOtherQuestion } from './hostile-engine.ts'

/** `EditedPrompt` slips one word of its own into the middle of the question: an advertisement would take more. */
export function editedPrompt(honest: Engine, id: number): Engine {
  return withOtherQuestion(honest, (asked) => ({
    ...asked,
    promptIds: asked.promptIds.with(asked.promptIds.length >> 1, id),
  }))
}
