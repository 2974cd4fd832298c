import type { ModelEntry, RoomPlan } from '../participant/ports.ts'

/** Bytes of a model that are on this device. */
export function keptBytes({ status }: ModelEntry): number {
  switch (status.state) {
    case 'absent':
      return 0
    case 'partial':
      return status.haveBytes
    case 'complete':
      return status.totalBytes
    default:
      return status satisfies never
  }
}

/**
 * Which models would have to go, least recently used first, those never used before all; as few as are enough. The model that comes
 * with the page goes last: everything here rests on it, and it is small.
 */
export function planRoom(entry: ModelEntry, others: readonly ModelEntry[], freeBytes: number | null): RoomPlan {
  const neededBytes = entry.totalBytes - keptBytes(entry)
  const evict: ModelEntry[] = []
  let roomBytes = freeBytes ?? Infinity
  const kept = others.filter((other) => other.ref !== entry.ref && keptBytes(other) > 0)
  for (const other of kept.toSorted(byUse)) {
    if (roomBytes >= neededBytes) break
    evict.push(other)
    roomBytes += keptBytes(other)
  }
  return { neededBytes, freeBytes, evict, enough: roomBytes >= neededBytes }
}

function byUse(a: ModelEntry, b: ModelEntry): number {
  const page = Number(a.origin.kind === 'page') - Number(b.origin.kind === 'page')
  return page === 0 ? (a.lastUsedAtMs ?? 0) - (b.lastUsedAtMs ?? 0) : page
}
