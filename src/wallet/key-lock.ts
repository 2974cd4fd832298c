import { CodedError } from '../protocol/errors.ts'

/** What this page holds: how to let go of it. Resolves when the browser has it back. */
type Release = () => Promise<void>

const held = new Map<string, Promise<Release>>()

/**
 * Every page that works with a key shares its lock for as long as it lives: once per page, however often it is asked. Waits while another page
 * replaces the key. Where the browser has no locks there is nobody to ask.
 */
export async function shareKey(name: string): Promise<void> {
  let taken = held.get(name)
  if (taken === undefined) {
    taken = share(name)
    held.set(name, taken)
  }
  await taken
}

/** Does `work` while no other page has this key. Errors: `lease/key-in-use`; what `work` rejects with. */
export async function aloneWithKey(name: string, work: () => Promise<void>): Promise<void> {
  const before = held.get(name)
  const working = (async () => {
    const release = await before
    await release?.()
    await exclusively(name, work)
  })()
  // Whoever asks for the key meanwhile, in this page, waits for it too.
  const after = working.catch(() => undefined).then(() => share(name))
  held.set(name, after)
  try {
    await working
  } finally {
    await after
  }
}

async function exclusively(name: string, work: () => Promise<void>): Promise<void> {
  const locks = browserLocks()
  if (locks === null) return await work()
  await locks.request(name, { mode: 'exclusive', ifAvailable: true }, async (lock) => {
    if (lock === null) throw new CodedError(IN_USE)
    await work()
  })
}

function share(name: string): Promise<Release> {
  const locks = browserLocks()
  if (locks === null) return Promise.resolve(freed)
  return new Promise((resolve) => {
    const request = locks.request(name, { mode: 'shared' }, () => {
      return new Promise<void>((release) => {
        resolve(() => {
          release()
          return request
        })
      })
    })
    // Refused, as in a frame without an origin: the key is then kept nowhere either.
    request.catch(() => resolve(freed))
  })
}

const freed: Release = () => Promise.resolve()

function browserLocks(): LockManager | null {
  const locks: LockManager | undefined = navigator.locks
  return locks ?? null
}

const IN_USE = {
  code: 'lease/key-in-use',
  message: 'Another tab of this browser works with this key.',
  nextStep: 'Close the other tabs of this site, then try again.',
} as const
