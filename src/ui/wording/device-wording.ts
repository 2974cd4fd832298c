import { inCount } from './amounts.ts'

/** A continuation of the browser's name; empty when the browser does not say. */
export function coresInWords(cores: number): string {
  return cores === 0 ? '' : `, ${inCount(cores, 'core')}`
}
