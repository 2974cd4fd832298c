/** Which lane of the cache each slot's keys and values lie in. A permutation: every slot has a lane. */
export interface Seats {
  laneOf(slot: number): number
  slotIn(lane: number): number
  swap(slot: number, other: number): void
}

export function createSeats(slots: number): Seats {
  const lanes = Array.from({ length: slots }, (_, slot) => slot)
  const laneOf = (slot: number): number => {
    const lane = lanes[slot]
    if (lane === undefined) throw new RangeError(`there is no slot ${slot}`)
    return lane
  }
  return {
    laneOf,
    slotIn: (lane) => lanes.indexOf(lane),
    swap(slot, other) {
      const lane = laneOf(slot)
      lanes[slot] = laneOf(other)
      lanes[other] = lane
    },
  }
}

/**
 * Pairs of slots to swap so that all `active` ones lie in the first `size` lanes. They change places with those that hold least, which is what
 * a lane without work costs a step.
 */
export function swapsFor(
  seats: Seats,
  active: ReadonlySet<number>,
  size: number,
  held: readonly number[],
): [number, number][] {
  const outside = [...active].filter((slot) => seats.laneOf(slot) >= size)
  const idle = Array.from({ length: size }, (_, lane) => seats.slotIn(lane))
    .filter((slot) => !active.has(slot))
    .toSorted((a, b) => (held[a] ?? 0) - (held[b] ?? 0))
  return outside.map((slot, i): [number, number] => [slot, idle[i] ?? slot]).filter(([slot, other]) => slot !== other)
}
