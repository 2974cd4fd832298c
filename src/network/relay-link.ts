import type { Clock, Random, Unsubscribe } from '../participant/ports.ts'
import { backoffMs } from './backoff.ts'
import { BACKOFF_RESET_MS, OPEN_RELAY_DEADLINE_MS } from './network-limits.ts'
import { toError } from './to-error.ts'

/** What the link keeps open: a connection to the relay, with a reservation, on which gossip is heard. */
export interface RelayDoor {
  /** Resolves with the relay's peer id once others can reach us through it. */
  open(signal: AbortSignal): Promise<string>
  /** Whether `open` is dialling the relay at this moment. */
  readonly dialling: boolean
  /** Calls back when what `open` gave is gone. */
  onLost(listener: () => void): Unsubscribe
}

export type LinkState =
  | { kind: 'stopped' }
  | { kind: 'opening' }
  | { kind: 'open'; relayPeer: string }
  | { kind: 'failing'; attempt: number; error: Error }

export interface RelayLinkOptions {
  door: RelayDoor
  clock: Clock
  random: Random
  onState: (state: LinkState) => void
}

export interface RelayLink {
  readonly state: LinkState
  /** Resolves when the first attempt is over, whichever way; failures show as states, and the link goes on trying. */
  start(): Promise<void>
  stop(): void
}

/** Keeps the door open: tries, waits longer after each failure, and tries again, until stopped. */
export function createRelayLink({ door, clock, random, onState }: RelayLinkOptions): RelayLink {
  let state: LinkState = { kind: 'stopped' }
  let attempt = 0
  let openedAt = 0
  let running: AbortController | null = null
  let stopWaiting: Unsubscribe = () => {}
  let stopLost: Unsubscribe = () => {}

  function enter(next: LinkState): void {
    state = next
    onState(next)
  }

  async function tryOnce(signal: AbortSignal): Promise<void> {
    const deadline = new AbortController()
    const stopDeadline = clock.after(OPEN_RELAY_DEADLINE_MS, () => deadline.abort(new Error('the relay took too long')))
    try {
      const relayPeer = await door.open(AbortSignal.any([signal, deadline.signal]))
      if (signal.aborted) return
      openedAt = clock.now()
      enter({ kind: 'open', relayPeer })
    } catch (error) {
      if (!signal.aborted) retryLater(signal, toError(error))
    } finally {
      stopDeadline()
    }
  }

  function retryLater(signal: AbortSignal, error: Error): void {
    attempt += 1
    stopWaiting = clock.after(backoffMs(attempt, random.bytes(1)[0] ?? 0), () => void tryOnce(signal))
    enter({ kind: 'failing', attempt, error })
  }

  function lost(signal: AbortSignal): void {
    if (state.kind !== 'open') return
    if (clock.now() - openedAt >= BACKOFF_RESET_MS) attempt = 0
    enter({ kind: 'opening' })
    // A relay that has only just let us in and dropped us waits its turn, or a flapping one would be hammered.
    attempt += 1
    stopWaiting = clock.after(backoffMs(attempt, random.bytes(1)[0] ?? 0), () => void tryOnce(signal))
  }

  return {
    get state() {
      return state
    },
    async start() {
      if (running !== null) return
      running = new AbortController()
      const { signal } = running
      attempt = 0
      stopLost = door.onLost(() => lost(signal))
      enter({ kind: 'opening' })
      await tryOnce(signal)
    },
    stop() {
      if (running === null) return
      running.abort(new Error('the network was stopped'))
      running = null
      stopWaiting()
      stopLost()
      enter({ kind: 'stopped' })
    },
  }
}
