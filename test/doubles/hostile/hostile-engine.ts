import type { Engine, GenerateOptions, GenerationEvent } from '../../../src/participant/ports.ts'

export type SegmentEvent = Extract<GenerationEvent, { type: 'segment' }>

/** The honest engine in everything but what it answers. */
export function withGeneration(honest: Engine, generate: Engine['generate']): Engine {
  return {
    get info() {
      return honest.info
    },
    load: (options, signal) => honest.load(options, signal),
    loadTokenizer: (options, signal) => honest.loadTokenizer(options, signal),
    encodePrompt: (text) => honest.encodePrompt(text),
    decode: (ids, final) => honest.decode(ids, final),
    generate,
    check: (options, signal) => honest.check(options, signal),
    onRecovery: (listener) => honest.onRecovery(listener),
    stop: () => honest.stop(),
  }
}

/** Answers another question than it was asked. */
export function withOtherQuestion(honest: Engine, change: (asked: GenerateOptions) => GenerateOptions): Engine {
  return withGeneration(honest, (asked, signal, use) => honest.generate(change(asked), signal, use))
}

/** Computes the answer and lies about how: `change` sees every segment on its way out. */
export function withOtherSegments(
  honest: Engine,
  change: (segment: SegmentEvent, asked: GenerateOptions) => SegmentEvent,
): Engine {
  return withGeneration(honest, async function* (asked, signal, use) {
    for await (const event of honest.generate(asked, signal, use)) {
      yield event.type === 'segment' ? change(event, asked) : event
    }
  })
}
