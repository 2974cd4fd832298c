/**
 * Relative to the larger of the two: bfloat16 keeps eight bits, so two last bits of it. Honest devices of different kernels are closer by orders
 * of magnitude (docs/calibration.md), and a guess is not this close once, let alone eight times.
 */
const TOLERANCE = 2 ** -6
/** Values this small are differences of larger ones, and drift by as much as those do. */
const SMALLEST = 2 ** -4

/**
 * Whether the values that a verifier shows are those of the rows (protocol.md §5.5). `own` are this device's at the same places. Within an exact
 * pair they are equal; else near.
 */
export function probesHold(claimed: readonly number[], own: readonly number[], isExact: boolean): boolean {
  if (claimed.length !== own.length) return false
  return claimed.every((value, i) => {
    const expected = own[i] as number
    if (isExact) return value === expected
    return Math.abs(value - expected) <= TOLERANCE * Math.max(SMALLEST, Math.abs(value), Math.abs(expected))
  })
}
