import type { AuditTally } from '../../stores/index.ts'
import { inList } from './in-list.ts'

/** `both found it right`, `1 of 2 found it right, 1 did not answer`; a continuation of whoever "they" are. */
export function tallyInWords({ right, wrong, undecided, unheard, of }: AuditTally): string {
  if (right === of) return `${everyoneOf(of)} found it right`
  if (wrong === of) return `${everyoneOf(of)} found it wrong`
  const parts = [
    { count: right, words: 'found it right' },
    { count: wrong, words: 'found it wrong' },
    { count: undecided, words: 'could not tell' },
    { count: unheard, words: unheard === 1 ? 'gave no answer that counts' : 'gave no answers that count' },
  ].filter(({ count }) => count > 0)
  return inList(parts.map(({ count, words }, i) => (i === 0 ? `${count} of ${of} ${words}` : `${count} ${words}`)))
}

function everyoneOf(count: number): string {
  if (count === 1) return 'that one'
  return count === 2 ? 'both' : `all ${count}`
}
