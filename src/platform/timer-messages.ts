/** What the page asks of the timer worker. `id` is chosen by the page and never reused. */
export type TimerRequest =
  | { type: 'every'; id: number; intervalMs: number }
  | { type: 'after'; id: number; delayMs: number }
  | { type: 'stop'; id: number }

/** The timer of this id is due. */
export interface TimerTick {
  id: number
}
