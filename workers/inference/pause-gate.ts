/** Holds a generation between two events while nobody reads them. */
export interface PauseGate {
  pause(): void
  resume(): void
  /** For good: whoever is cancelled must come to its end. */
  open(): void
  /** Resolves when it is open. */
  passed(): Promise<void>
}

export function createPauseGate(): PauseGate {
  let isPaused = false
  let isOpen = false
  let wake = (): void => undefined

  function release(): void {
    isPaused = false
    wake()
  }

  return {
    pause() {
      isPaused = !isOpen
    },
    resume: release,
    open() {
      isOpen = true
      release()
    },
    async passed() {
      while (isPaused) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}
