import { CodedError } from '../protocol/errors.ts'
import { STOPPED } from './engine-errors.ts'

/** The slots of one worker, given out in the order of asking. */
export interface Seats {
  /** Resolves to the release; rejects `engine/aborted` when aborted while waiting, or with what `close` was given. */
  take(signal?: AbortSignal): Promise<() => void>
  /** The worker is gone: nobody sits down any more. */
  close(error: Error): void
}

export function createSeats(count: number): Seats {
  let free = count
  let closed: Error | null = null
  const waiting: { sit: () => void; refuse: (error: Error) => void }[] = []

  function seat(): () => void {
    free -= 1
    let left = false
    return () => {
      if (left) return
      left = true
      free += 1
      waiting.shift()?.sit()
    }
  }

  return {
    async take(signal) {
      if (closed !== null) throw closed
      if (signal?.aborted) throw new CodedError(STOPPED)
      if (free > 0) return seat()
      return new Promise((resolve, reject) => {
        const forget = (): void => signal?.removeEventListener('abort', leave)
        const mine = {
          sit: () => {
            forget()
            resolve(seat())
          },
          refuse: (error: Error) => {
            forget()
            reject(error)
          },
        }
        const leave = (): void => {
          waiting.splice(waiting.indexOf(mine), 1)
          reject(new CodedError(STOPPED))
        }
        waiting.push(mine)
        signal?.addEventListener('abort', leave, { once: true })
      })
    },
    close(error) {
      closed = error
      for (const { refuse } of waiting.splice(0)) refuse(error)
    },
  }
}
