import type { Engine, GenerationEvent } from '../../../src/participant/ports.ts'
import { withGeneration } from './hostile-engine.ts'
import type { TeacherForcing } from './teacher-forcing.ts'

/**
 * `PrefillSpoof` has a cheap model write, then runs the one that was paid for once over prompt and answer: every row is honest, every
 * commitment right, and only the rule of protocol.md §3 can tell whose tokens these are.
 */
export function prefillSpoof(honest: Engine, cheap: Engine, forcing: Pick<TeacherForcing, 'evidence'>): Engine {
  return withGeneration(honest, async function* (asked, signal, use) {
    const events: GenerationEvent[] = []
    const ids = [...asked.resumedIds]
    for await (const event of cheap.generate(asked, signal, use)) {
      events.push(event)
      if (event.type === 'segment') ids.push(...event.ids)
    }
    const evidence = await forcing.evidence(asked.promptIds, ids)
    for (const event of events) {
      yield event.type === 'segment' ? { ...event, ...evidence[event.index] } : event
    }
  })
}
