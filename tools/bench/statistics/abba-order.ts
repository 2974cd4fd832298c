/**
 * The arms of a block in the order they run: A B C, then C B A, then A B C … A machine that warms up or slows down does so to all of
 * them alike, and each pair of neighbours meets in both orders.
 */
export function abbaOrder<T>(arms: readonly T[], block: number): T[] {
  return block % 2 === 0 ? [...arms] : arms.toReversed()
}
