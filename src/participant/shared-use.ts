/**
 * Many may use one thing at once as long as its setting suits them; whoever needs another setting waits until they are done, and keeps
 * those who come later waiting. `prepare` runs while nobody uses it, unless `fits` says that its setting suits those who do too.
 */
export type SharedUse = <T>(fits: () => boolean, prepare: () => Promise<void>, work: () => Promise<T>) => Promise<T>

export function createSharedUse(): SharedUse {
  let door: Promise<void> = Promise.resolve()
  let users = 0
  let onIdle = (): void => {}

  return async (fits, prepare, work) => {
    const before = door
    let goThrough = (): void => {}
    door = new Promise((resolve) => {
      goThrough = resolve
    })
    await before
    try {
      if (users > 0 && !fits()) {
        await new Promise<void>((resolve) => {
          onIdle = resolve
        })
      }
      if (users === 0) await prepare()
      users += 1
    } finally {
      goThrough()
    }
    try {
      return await work()
    } finally {
      users -= 1
      if (users === 0) onIdle()
    }
  }
}
