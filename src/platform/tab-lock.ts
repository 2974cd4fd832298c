/** The part of the Web Locks API that tells tabs of one origin apart. */
export interface TabLocks {
  request(
    name: string,
    options: { mode: 'exclusive'; ifAvailable: true },
    callback: (lock: object | null) => Promise<void> | undefined,
  ): Promise<unknown>
}

/**
 * Takes a name among the tabs of this origin, without waiting: the release, or null when another tab has it. The browser releases it
 * by itself when the tab closes or crashes.
 */
export function takeTabLock(locks: TabLocks, name: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    locks
      .request(name, { mode: 'exclusive', ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null)
          return undefined
        }
        // The lock lasts as long as this promise is open.
        return new Promise<void>((release) => {
          resolve(release)
        })
      })
      .catch(reject)
  })
}

/** This browser's locks; null where it has none (an insecure context, an old browser). */
export function browserLocks(): TabLocks | null {
  const locks: LockManager | undefined = navigator.locks
  return locks ?? null
}
