/** Hands out one turn at a time, in the order of asking. */
export interface Turn {
  /** Resolves to the release, or to null when aborted while waiting. */
  acquire(signal?: AbortSignal): Promise<(() => void) | null>
}

export function createTurn(): Turn {
  let last: Promise<void> = Promise.resolve()
  return {
    async acquire(signal) {
      const before = last
      let release = (): void => undefined
      last = new Promise((resolve) => {
        release = resolve
      })
      // Whoever gives up waiting still hands the turn on, once it comes.
      if (await settledBeforeAbort(before, signal)) return release
      void before.then(release)
      return null
    },
  }
}

async function settledBeforeAbort(promise: Promise<void>, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal === undefined) return promise.then(() => true)
  if (signal.aborted) return false
  let onAbort = (): void => undefined
  const aborted = new Promise<boolean>((resolve) => {
    onAbort = () => resolve(false)
  })
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise.then(() => true), aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
