/** What crosses between the worker that answers and the one that renders. */

/** Characters that a template may write: a full context of 32,768 tokens at 16 characters each, more than any prompt that can be run. */
export const MAX_RENDERED_CHARS = 524_288

export interface TemplateJob {
  /** Jinja, of a stranger. */
  template: string
  variables: Record<string, unknown>
}

export type TemplateOutcome =
  | { outcome: 'text'; text: string }
  /** Not Jinja, or it refuses these messages. */
  | { outcome: 'failed'; reason: string }
  /** It wanted more steps or more memory than it may have. */
  | { outcome: 'over-limit'; reason: string }

export interface TemplateRequest {
  id: number
  job: TemplateJob
}

export type TemplateReply =
  /** The first message of every worker: its script is loaded. */
  { type: 'ready' } | { type: 'outcome'; id: number; outcome: TemplateOutcome }
