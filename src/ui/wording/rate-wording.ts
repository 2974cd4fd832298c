const CERTAIN_MILLIONTHS = 1_000_000

/** `5 in 100 are drawn`, of answers whose providers have such a record; the smallest hundred, thousand, … of which the number is not below one. */
export function rateInWords(millionths: number): string {
  if (millionths >= CERTAIN_MILLIONTHS) return 'all are drawn'
  if (millionths <= 0) return 'none is drawn'
  let outOf = 100
  while ((millionths * outOf) / CERTAIN_MILLIONTHS < 1) outOf *= 10
  const drawn = Math.round((millionths * outOf * 10) / CERTAIN_MILLIONTHS) / 10
  return `${drawn} in ${outOf.toLocaleString('en')} ${drawn === 1 ? 'is' : 'are'} drawn`
}
