import type { Engine } from '../../../src/participant/ports.ts'
import { withOtherQuestion } from './hostile-engine.ts'

/** `TruncatedContext` reads only the end of the question: `keep` of it, from 0 to 1. Long prompts are what costs. */
export function truncatedContext(honest: Engine, keep: number): Engine {
  return withOtherQuestion(honest, (asked) => ({
    ...asked,
    promptIds: asked.promptIds.slice(-Math.max(1, Math.floor(asked.promptIds.length * keep))),
  }))
}
