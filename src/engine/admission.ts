import { CodedError } from '../protocol/errors.ts'

/** Requests in the engine at once, running or waiting: a few for each slot. Whoever comes beyond had better ask elsewhere. */
export const MAX_REQUESTS = 40

export type Release = () => void

/** Who may use the engine now: many side by side, or one alone, in the order of asking. */
export interface Admission {
  /** Side by side with others. Null when aborted while waiting. Errors: `engine/busy`, or what `refuseAll` was given. */
  share(signal?: AbortSignal): Promise<Release | null>
  /** Alone: waits until everybody before has ended, and keeps everybody after waiting. Outcomes as of `share`. */
  exclude(signal?: AbortSignal): Promise<Release | null>
  /** Nobody is alone in the engine, or waits to be. */
  readonly isOpen: boolean
  /** Rejects everybody who waits. */
  refuseAll(error: CodedError): void
}

interface Waiting {
  alone: boolean
  admit: (release: Release) => void
  reject: (error: CodedError) => void
}

export function createAdmission(): Admission {
  let inside = 0
  let isAlone = false
  const waiting: Waiting[] = []

  function fits(alone: boolean): boolean {
    return alone ? inside === 0 : !isAlone
  }

  function enter(alone: boolean): Release {
    inside += 1
    isAlone = alone
    let released = false
    return () => {
      if (released) return
      released = true
      inside -= 1
      isAlone = false
      admitWaiting()
    }
  }

  function admitWaiting(): void {
    for (let next = waiting[0]; next !== undefined && fits(next.alone); next = waiting[0]) {
      waiting.shift()
      next.admit(enter(next.alone))
    }
  }

  async function acquire(alone: boolean, signal: AbortSignal | undefined): Promise<Release | null> {
    if (signal?.aborted) return null
    if (inside + waiting.length >= MAX_REQUESTS) throw busy()
    if (waiting.length === 0 && fits(alone)) return enter(alone)
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(mine), 1)
        resolve(null)
        // Whoever waited only because of us may go on.
        admitWaiting()
      }
      const mine: Waiting = {
        alone,
        admit: (release) => {
          signal?.removeEventListener('abort', leave)
          resolve(release)
        },
        reject: (error) => {
          signal?.removeEventListener('abort', leave)
          reject(error)
        },
      }
      waiting.push(mine)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  return {
    share: (signal) => acquire(false, signal),
    exclude: (signal) => acquire(true, signal),
    get isOpen() {
      return !isAlone && !waiting.some(({ alone }) => alone)
    },
    refuseAll(error) {
      for (const { reject } of waiting.splice(0)) reject(error)
    },
  }
}

function busy(): CodedError {
  return new CodedError({
    code: 'engine/busy',
    message: 'This device already has as many answers to compute as may wait here.',
    nextStep: 'Try again when some of them have ended.',
  })
}
