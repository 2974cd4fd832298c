import type { Answer } from '../../stores/index.ts'
import { inSeconds } from './amounts.ts'

/** How long the asker waited; null when there is nothing to say yet. */
export function timingInWords({ firstTokenMs, elapsedMs }: Pick<Answer, 'firstTokenMs' | 'elapsedMs'>): string | null {
  if (elapsedMs === null) return null
  const first = firstTokenMs === null ? '' : `First words after ${inSeconds(firstTokenMs)}. `
  return `${first}Everything, the check included, after ${inSeconds(elapsedMs)}.`
}
