import { minimumRows, type RunShape } from '../generation/plan-runs.ts'
import { createSequence } from '../session/sequence.ts'
import type { Feed, SlotDecoder } from '../session/slot-decoder.ts'
import { checkedRows, type Text } from './rehearse.ts'
import { sameBits } from './same-bits.ts'

/** Steps that all slots take together; a kernel that mixes rows up does so at once. */
const STEPS = 6

/**
 * Whether a row's bits are the same whoever shares its run (protocol.md §4): every slot writes the same known text, each from another
 * position on, and every row is compared with the checker's. Without a window rows are provisional anyway, and nothing is asked.
 */
export async function testCompanions(decoder: SlotDecoder, shape: RunShape, text: Text): Promise<boolean> {
  if (shape.exactness.kind !== 'window' || decoder.slots === 1) return true
  const rows = decoder.exactRows ?? minimumRows(shape.exactness)
  const whole = createSequence(decoder, 0, rows)
  const expected = new Map<number, Float32Array>()
  for await (const { position, row } of checkedRows(whole, shape, text)) {
    if (row !== null) expected.set(position + text.promptLength - 1, row.slice())
  }
  const last = text.ids.length - STEPS
  const startOf = (slot: number) => Math.max(rows, last - slot)
  for (let slot = 0; slot < decoder.slots; slot++) {
    const sequence = createSequence(decoder, slot, rows)
    for (let fed = 0; fed < startOf(slot); fed += shape.prefillChunk) {
      await sequence.extend(text.ids.slice(fed, Math.min(startOf(slot), fed + shape.prefillChunk)))
    }
  }
  for (let step = 0; step < STEPS; step++) {
    const feeds = Array.from({ length: decoder.slots }, (_, slot): Feed => {
      const position = startOf(slot) + step
      const start = position + 1 - rows
      return { slot, start, ids: text.ids.slice(start, position + 1), wantedFrom: rows - 1, wantedCount: 1 }
    })
    const answers = await decoder.run(feeds)
    const equal = answers.every((answer, slot) => sameBits(answer.row(0), expected.get(startOf(slot) + step)))
    if (!equal) return false
  }
  return true
}
