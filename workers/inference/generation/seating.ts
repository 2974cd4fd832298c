import type { SlotDecoder } from '../session/slot-decoder.ts'
import { chooseSeat, type SlotState } from './choose-seat.ts'
import { createSlotMemory, type SlotMemory } from './slot-memory.ts'
import type { Strand } from './strand.ts'

export interface Seated {
  strand: Strand
  /** Null while it waits, and once it has left. */
  slot: number | null
  /** Number of the run that fed it last. */
  lastRun: number
}

/** Who has a slot and who waits for one, in order of arrival; what each slot holds stays there as a cache after its strand has left. */
export interface Seating<T extends Seated> {
  readonly running: readonly T[]
  readonly waiting: readonly T[]
  join(call: T): void
  /** Whatever was computed for it stays in its slot. Does nothing the second time. */
  leave(call: T): void
  /** Gives the longest waiting call the slot that spares it the most work. Errors: those of a run; the call has left then. */
  seatNext(): Promise<T | null>
  memory(slot: number): SlotMemory
  touch(call: T, run: number): void
  forgetFree(): void
  forgetAll(): void
}

export function createSeating<T extends Seated>(decoder: SlotDecoder, prefixCache: boolean): Seating<T> {
  const slots: SlotState[] = Array.from({ length: decoder.slots }, () => ({
    memory: createSlotMemory(),
    free: true,
    lastRun: 0,
  }))
  const running: T[] = []
  const waiting: T[] = []

  function slotOf(slot: number): SlotState {
    const state = slots[slot]
    if (state === undefined) throw new RangeError(`there is no slot ${slot}`)
    return state
  }

  function remove(from: T[], call: T): void {
    const at = from.indexOf(call)
    if (at >= 0) from.splice(at, 1)
  }

  return {
    running,
    waiting,
    join: (call) => {
      waiting.push(call)
    },
    leave(call) {
      remove(waiting, call)
      remove(running, call)
      if (call.slot !== null) slotOf(call.slot).free = true
      call.slot = null
    },
    async seatNext() {
      const call = waiting[0]
      const seat = call && chooseSeat(slots, call.strand, decoder.copyPrefix !== null)
      if (call === undefined || seat === undefined || seat === null) return null
      const { slot } = seat
      const { held, copyFrom } = prefixCache ? seat : { held: 0, copyFrom: null }
      const state = slotOf(slot)
      waiting.shift()
      running.push(call)
      call.slot = slot
      state.free = false
      if (copyFrom !== null) {
        state.memory.truncate(0)
        await decoder.copyPrefix?.(copyFrom, slot, held)
        state.memory.copy(slotOf(copyFrom).memory, held)
      }
      call.strand.begin(held)
      return call
    },
    memory: (slot) => slotOf(slot).memory,
    touch(call, run) {
      call.lastRun = run
      if (call.slot !== null) slotOf(call.slot).lastRun = run
    },
    forgetFree() {
      for (const { free, memory } of slots) if (free) memory.truncate(0)
    },
    forgetAll() {
      for (const { memory } of slots) memory.truncate(0)
    },
  }
}
