import type { Feed, FeedAnswers, SlotDecoder } from '../../../../workers/inference/session/slot-decoder.ts'
import { createToyResident } from './toy-resident.ts'

/** What computes other bits than the ids alone would give. */
export type Character =
  /** Every cut gives the same bits. */
  | 'steady'
  /** A feed of fewer than `thinRows` rows computes otherwise. */
  | 'thin'
  /** Each cut, and each company in a run, computes otherwise. */
  | 'fickle'

export interface ToySlotsOptions {
  packing?: SlotDecoder['packing']
  slots?: number
  stepRows?: number
  contextTokens?: number
  vocabularySize?: number
  character?: Character
  thinRows?: number
  /** Whether another computation also chooses other tokens now and then, as rounding does; else it shows in the rows alone. */
  movesTokens?: boolean
  /** How many of the last ids choose the next token; the rows depend on all. Few make a text that repeats itself. */
  reach?: number
  /** Null: there is none. Else the share of steps, in 8ths, in which the device's own choice is wrong. */
  residentErrors?: number | null
  copies?: boolean
  exactRows?: number | null
  failAt?: { run: number; error: Error }
  /** Called with each run before it answers. */
  onRun?: (feeds: readonly Feed[]) => void | Promise<void>
}

export interface ToySlots extends SlotDecoder {
  readonly runs: Feed[][]
  /** Calls of `copyPrefix`. */
  readonly copied: { from: number; to: number; tokens: number }[]
  /** Positions computed, of every feed. */
  readonly rowsComputed: number
}

/** What one slot holds at one position: the id, and the trace that the computation left. */
export interface ToyCell {
  id: number
  trace: number
}

/**
 * A device of known character with slots. Every row depends on every id before it and on how each of them was computed, so a wrong rollback,
 * a wrong prefix or a wrong cut shows in the rows. It throws where the contract of SlotDecoder is broken.
 */
export function createToySlots(options: ToySlotsOptions = {}): ToySlots {
  const { packing = 'mixed', slots = 4, contextTokens = 256, vocabularySize = 16, thinRows = 2 } = options
  const { character = 'steady', reach = Number.POSITIVE_INFINITY, residentErrors = null, failAt } = options
  const stepRows = options.stepRows ?? (packing === 'steps' ? 4 : Number.POSITIVE_INFINITY)
  const held: ToyCell[][] = Array.from({ length: slots }, () => [])
  const runs: Feed[][] = []
  const copied: ToySlots['copied'] = []
  let running = false
  let calls = 0
  let rowsComputed = 0

  function traceOf(feed: Feed, company: number): number {
    if (character === 'steady') return 0
    if (character === 'thin') return feed.ids.length < thinRows ? 1 : 0
    return scramble(feed.start * 64 + feed.ids.length * 8 + company) % 5
  }

  function rowAt(slot: number, position: number): { logits: Float32Array; row: Float32Array } {
    const cells = held[slot]?.slice(0, position + 1) ?? []
    const all = cells.reduce((sum, { id, trace }) => scramble(sum * 31 + id * 7 + trace) % 65_521, 7)
    const near = cells.slice(-reach).reduce((sum, { id }) => scramble(sum * 31 + id + 1) % 65_521, 7)
    const traces = cells.reduce((sum, { trace }) => sum + trace, 0)
    const logits = Float32Array.from({ length: vocabularySize }, (_, id) => scramble(near + id) % 97)
    if (options.movesTokens !== false && traces % 7 === 3) logits[all % vocabularySize] = 200
    return { logits, row: Float32Array.of(all, traces) }
  }

  function feedOne(feed: Feed, company: number): FeedAnswers {
    const { slot, start, ids, wantedFrom, wantedCount } = feed
    const cells = held[slot]
    if (cells === undefined) throw new Error(`there is no slot ${slot}`)
    if (ids.length === 0 || ids.some((id) => !(id >= 0 && id < vocabularySize))) throw new Error('these are no ids')
    if (start < 0 || start > cells.length) throw new Error(`position ${start} of slot ${slot} was never reached`)
    if (start + ids.length > contextTokens) throw new Error('beyond the context')
    if (wantedFrom < 0 || wantedCount < 0 || wantedFrom + wantedCount > ids.length) throw new Error('wanted too much')
    rowsComputed += ids.length
    const trace = traceOf(feed, company)
    cells.splice(start, cells.length, ...ids.map((id) => ({ id, trace })))
    const answers = Array.from({ length: wantedCount }, (_, i) => rowAt(slot, start + wantedFrom + i))
    const call = calls
    const view = (index: number) => {
      const answer = answers[index]
      if (answer === undefined) throw new Error(`answer ${index} was not asked for`)
      if (call !== calls) throw new Error('these answers were overwritten by a later run')
      return answer
    }
    return { count: wantedCount, logits: (index) => view(index).logits, row: (index) => view(index).row }
  }

  function assertPacked(feeds: readonly Feed[]): void {
    if (feeds.length === 0) throw new Error('nothing to run')
    if (new Set(feeds.map(({ slot }) => slot)).size !== feeds.length) throw new Error('a slot is fed twice in one run')
    if (feeds.length === 1) return
    if (packing === 'single') throw new Error('one feed a run')
    if (packing === 'mixed') return
    const rows = feeds[0]?.ids.length ?? 0
    if (rows > stepRows || feeds.some(({ ids }) => ids.length !== rows)) throw new Error('unequal rows in a step')
  }

  async function exclusively<T>(work: () => Promise<T> | T): Promise<T> {
    if (running) throw new Error('one run at a time')
    running = true
    try {
      calls += 1
      if (failAt?.run === calls) throw failAt.error
      return await work()
    } finally {
      running = false
    }
  }

  return {
    config: {
      layers: 1,
      keyValueHeads: 1,
      headDimension: 1,
      hiddenSize: 2,
      vocabularySize,
      contextTokens,
      stopIds: [],
    },
    slots,
    contextTokens,
    packing,
    stepRows,
    exactRows: options.exactRows ?? null,
    runs,
    copied,
    get rowsComputed() {
      return rowsComputed
    },
    run: (feeds) =>
      exclusively(async () => {
        assertPacked(feeds)
        runs.push(feeds.map((feed) => ({ ...feed })))
        await options.onRun?.(feeds)
        return feeds.map((feed) => feedOne(feed, feeds.length))
      }),
    copyPrefix:
      options.copies === false
        ? null
        : (from, to, tokens) =>
            exclusively(() => {
              const source = held[from]
              if (source === undefined || from === to || tokens > source.length) throw new Error('nothing to copy')
              copied.push({ from, to, tokens })
              held[to] = source.slice(0, tokens)
            }),
    resident:
      residentErrors === null
        ? null
        : createToyResident({ errors: residentErrors, vocabularySize, feedOne, exclusively }),
    release: async () => undefined,
  }
}

export function scramble(value: number): number {
  return Math.abs(Math.imul(value ^ (value >>> 7), 0x9e3779b1) >>> 8)
}
