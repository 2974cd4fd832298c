import { limitStrings } from './limit-strings.ts'
import type { TemplateReply, TemplateRequest } from './messages.ts'
import { MAX_MADE_CHARS, renderTemplate } from './render-template.ts'

/** A thread for strangers' templates alone. Whoever started it ends it when it takes too long. */
limitStrings(MAX_MADE_CHARS)

self.addEventListener('message', ({ data: { id, job } }: MessageEvent<TemplateRequest>) => {
  self.postMessage({ type: 'outcome', id, outcome: renderTemplate(job) } satisfies TemplateReply)
})
self.postMessage({ type: 'ready' } satisfies TemplateReply)
