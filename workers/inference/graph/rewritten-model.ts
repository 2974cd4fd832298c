import { copied, message, type Part } from './assemble.ts'
import { MODEL } from './onnx-fields.ts'
import { fieldsIn, fieldsOf } from './wire.ts'

/**
 * The file with some items of its graph replaced, and `added` items after all others; the graphs' lengths change with them, every other
 * byte passes through. `replaced` goes by the position of an item's tag; an empty list drops the item. Parts are views until assembled.
 */
export function rewrittenModel(model: Uint8Array, replaced: ReadonlyMap<number, Part[]>, added: Part[]): Part[] {
  const parts: Part[] = []
  for (const field of fieldsOf(model)) {
    if (field.number !== MODEL.graph) parts.push(copied(model.subarray(field.start, field.end)))
    else {
      const items = [...fieldsIn(model, field)].flatMap(
        (item) => replaced.get(item.start) ?? [copied(model.subarray(item.start, item.end))],
      )
      parts.push(...message(MODEL.graph, items))
    }
  }
  // Protobuf merges a repeated `graph` field, so what is new can come last.
  return [...parts, ...message(MODEL.graph, added)]
}
