import type { Unsubscribe } from '../participant/ports.ts'

/** Why a device should not compute now, in the words that the page shows. */
export interface PauseReason {
  kind: 'battery' | 'metered'
  reason: string
  nextStep: string
}

export interface PauseSignals {
  /** Null: nothing speaks against computing, as far as this browser tells. */
  current(): PauseReason | null
  /** Called when the reason changes, with null when it has gone. */
  onChange(listener: (reason: PauseReason | null) => void): Unsubscribe
  stop(): void
}

/** Battery Status API: https://www.w3.org/TR/battery-status/. Chromium only. */
export interface BatteryLike extends EventTarget {
  readonly charging: boolean
  /** 0 to 1. */
  readonly level: number
}

/** Network Information API: https://wicg.github.io/netinfo/. Chromium only. */
export interface ConnectionLike extends EventTarget {
  readonly saveData?: boolean
  readonly type?: string
}

export interface PauseSources {
  getBattery?: () => Promise<BatteryLike>
  connection?: ConnectionLike
}

/** Below this, a person needs the charge more than the network needs the tokens. */
export const LOW_BATTERY_LEVEL = 0.2

/** Watches battery and connection. A hidden tab is no reason to pause: contributing from the background is what people expect. */
export function createPauseSignals(sources: PauseSources = navigator as PauseSources): PauseSignals {
  const listeners = new Set<(reason: PauseReason | null) => void>()
  const stopped = new AbortController()
  let battery: BatteryLike | null = null
  let last: PauseReason['kind'] | null = null

  function current(): PauseReason | null {
    if (battery !== null && !battery.charging && battery.level < LOW_BATTERY_LEVEL) return lowBattery(battery.level)
    const { connection } = sources
    return connection?.saveData === true || connection?.type === 'cellular' ? METERED : null
  }

  function update(): void {
    const reason = current()
    if ((reason?.kind ?? null) === last) return
    last = reason?.kind ?? null
    for (const listener of listeners) listener(reason)
  }

  function watch(target: EventTarget, ...types: string[]): void {
    for (const type of types) target.addEventListener(type, update, { signal: stopped.signal })
  }

  last = current()?.kind ?? null
  if (sources.connection !== undefined) watch(sources.connection, 'change')
  sources.getBattery?.().then(
    (found) => {
      if (stopped.signal.aborted) return
      battery = found
      watch(found, 'chargingchange', 'levelchange')
      update()
    },
    // A permissions policy may forbid it: then this device tells nothing.
    () => undefined,
  )

  return {
    current,
    onChange(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    stop() {
      stopped.abort()
      listeners.clear()
    },
  }
}

const METERED: PauseReason = {
  kind: 'metered',
  reason: 'Paused: this connection is metered, or set to save data.',
  nextStep: 'Computing goes on by itself on another connection.',
}

function lowBattery(level: number): PauseReason {
  return {
    kind: 'battery',
    reason: `Paused: the battery is at ${Math.round(level * 100)} % and not charging.`,
    nextStep: 'Computing goes on by itself once the device is charging.',
  }
}
