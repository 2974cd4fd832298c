interface Event {
  atMs: number
  order: number
  run: () => void
}

/** What happens next: a binary heap by time, and by order of scheduling where times are equal, so that a run repeats itself. */
export class EventQueue {
  nowMs: number
  readonly #heap: Event[] = []
  #scheduled = 0

  constructor(startMs: number) {
    this.nowMs = startMs
  }

  at(atMs: number, run: () => void): void {
    this.#heap.push({ atMs: Math.max(atMs, this.nowMs), order: this.#scheduled++, run })
    let child = this.#heap.length - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!this.#swapIfEarlier(child, parent)) return
      child = parent
    }
  }

  /** Runs every event, and those that they schedule, until none is left. */
  run(): void {
    for (let event = this.#take(); event !== null; event = this.#take()) {
      this.nowMs = event.atMs
      event.run()
    }
  }

  #take(): Event | null {
    const [first] = this.#heap
    const last = this.#heap.pop()
    if (first === undefined || last === undefined) return null
    if (this.#heap.length === 0) return first
    this.#heap[0] = last
    let parent = 0
    for (;;) {
      const left = 2 * parent + 1
      if (left >= this.#heap.length) return first
      const child = left + 1 < this.#heap.length && this.#isEarlier(left + 1, left) ? left + 1 : left
      if (!this.#swapIfEarlier(child, parent)) return first
      parent = child
    }
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    if (!this.#isEarlier(child, parent)) return false
    const event = this.#heap[child] as Event
    this.#heap[child] = this.#heap[parent] as Event
    this.#heap[parent] = event
    return true
  }

  #isEarlier(i: number, j: number): boolean {
    const a = this.#heap[i] as Event
    const b = this.#heap[j] as Event
    return a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs
  }
}
