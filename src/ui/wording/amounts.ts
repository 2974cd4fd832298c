const integer = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const oneDigit = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 })

const twoDigits = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })

export function inCount(value: number, one: string, many = `${one}s`): string {
  return `${integer.format(value)} ${value === 1 ? one : many}`
}

/** Decimal units, as operating systems show downloads. */
export function inMegabytes(bytes: number): string {
  return `${oneDigit.format(bytes / 1e6)} MB`
}

/** `4.2 of 11.6 MB`. */
export function megabytesOf(haveBytes: number, totalBytes: number): string {
  return `${oneDigit.format(haveBytes / 1e6)} of ${inMegabytes(totalBytes)}`
}

export function inSeconds(milliseconds: number): string {
  return `${oneDigit.format(milliseconds / 1_000)} s`
}

/** Whole above ten, one digit below: a slow device should see that it moves. */
export function inRate(perSecond: number): string {
  return perSecond >= 10 || perSecond === 0 ? integer.format(perSecond) : oneDigit.format(perSecond)
}

/** A measured number of ordinary size, no finer than anybody needs. */
export function inMeasure(value: number): string {
  return twoDigits.format(value)
}

/** A difference of logits, which spans many orders of magnitude. */
export function inDifference(value: number): string {
  if (!Number.isFinite(value)) return 'not a number'
  if (value === 0) return '0'
  return value < 0.001 ? value.toExponential(1) : value.toPrecision(2)
}
