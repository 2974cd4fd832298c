/** Temperature in words; the number stays visible beside it. */
export function creativityInWords(temperatureMilli: number): string {
  if (temperatureMilli === 0) return 'always the likeliest word'
  if (temperatureMilli < 500) return 'careful'
  if (temperatureMilli <= 900) return 'balanced'
  return temperatureMilli <= 1_200 ? 'adventurous' : 'wild'
}

/** English text runs at about three tokens to two words in this vocabulary. */
export function lengthInWords(maxTokens: number): string {
  return `up to ${maxTokens} tokens, about ${Math.round((maxTokens * 2) / 3 / 10) * 10} words`
}
