/**
 * What a stranger's message gets, never an exception (architecture.md, house rule 4).
 * `ignore` costs the sender nothing (late, unknown, busy); `reject` is a breach and lowers its score.
 */
export type MessageVerdict = { verdict: 'accept' } | { verdict: 'ignore' | 'reject'; code: string }

export const ACCEPT: MessageVerdict = { verdict: 'accept' }

export function ignore(code: string): MessageVerdict {
  return { verdict: 'ignore', code }
}

export function reject(code: string): MessageVerdict {
  return { verdict: 'reject', code }
}
