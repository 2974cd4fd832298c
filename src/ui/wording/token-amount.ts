/** Money is counted in whole smallest units and never touches a floating-point number. */

export interface TokenUnit {
  symbol: string
  decimals: number
}

export type AmountProblem = 'not-a-number' | 'negative' | 'too-fine' | 'too-large'

export type ParsedAmount =
  | { state: 'empty' }
  | { state: 'amount'; amount: bigint }
  | { state: 'refused'; problem: AmountProblem }

/** What the contracts can count: uint128. */
const MAX_AMOUNT = 2n ** 128n - 1n
/** More digits than the largest amount has, whatever its decimals. */
const MAX_TEXT = 80
/** Digits behind the point that are read at a glance. */
const GLANCE_DIGITS = 6

/** Digits, and a point before the fraction: grouping is refused, since `1,234` is a thousand times more in one country than in the next. */
export function parseAmount(text: string, { decimals }: TokenUnit): ParsedAmount {
  const typed = text.trim()
  if (typed === '') return { state: 'empty' }
  if (/^[-−–]\s*[\d.]/.test(typed)) return { state: 'refused', problem: 'negative' }
  const found = /^(\d*)(?:\.(\d*))?$/.exec(typed)
  const [, whole = '', fraction = ''] = found ?? []
  if (found === null || whole + fraction === '') return { state: 'refused', problem: 'not-a-number' }
  if (typed.length > MAX_TEXT) return { state: 'refused', problem: 'too-large' }
  if (fraction.length > decimals) return { state: 'refused', problem: 'too-fine' }
  const amount = BigInt(whole + fraction.padEnd(decimals, '0'))
  return amount > MAX_AMOUNT ? { state: 'refused', problem: 'too-large' } : { state: 'amount', amount }
}

export function problemInWords(problem: AmountProblem, { symbol, decimals }: TokenUnit): string {
  switch (problem) {
    case 'not-a-number':
      return 'Write digits, with a point before the fraction: 1250.5'
    case 'negative':
      return 'An amount cannot be below zero.'
    case 'too-fine':
      return decimals === 0
        ? `${symbol} has no fractions.`
        : `${symbol} has ${decimals} digits behind the point, not more.`
    case 'too-large':
      return 'That is more than can be counted.'
    default:
      return problem satisfies never
  }
}

/** Every digit that counts, without grouping, so that a field can hold it. */
export function exactDigits(amount: bigint, { decimals }: TokenUnit): string {
  const { sign, whole, fraction } = partsOf(amount, decimals)
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** Every digit that counts, for what a person agrees to: `1,250.5 LOC`. */
export function inExactToken(amount: bigint, token: TokenUnit): string {
  const { sign, whole, fraction } = partsOf(amount, token.decimals)
  return `${sign}${grouped(whole)}${fraction === '' ? '' : `.${fraction}`} ${token.symbol}`
}

/** As exact as a glance needs. What is cut off is marked, and never rounds up: `0.123456… LOC`. */
export function inToken(amount: bigint, token: TokenUnit): string {
  const { sign, whole, fraction } = partsOf(amount, token.decimals)
  return `${sign}${grouped(whole)}${atAGlance(whole, fraction)} ${token.symbol}`
}

function atAGlance(whole: string, fraction: string): string {
  if (fraction === '') return ''
  // Of a very small amount the first two digits that say anything.
  const leadingZeros = fraction.length - fraction.replace(/^0+/, '').length
  const kept = whole === '0' ? Math.max(GLANCE_DIGITS, leadingZeros + 2) : GLANCE_DIGITS
  return fraction.length <= kept ? `.${fraction}` : `.${fraction.slice(0, kept)}…`
}

function partsOf(amount: bigint, decimals: number): { sign: string; whole: string; fraction: string } {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0')
  const point = digits.length - decimals
  return {
    sign: amount < 0n ? '−' : '',
    whole: digits.slice(0, point),
    fraction: digits.slice(point).replace(/0+$/, ''),
  }
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',')
}
