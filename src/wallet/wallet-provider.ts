import type { Asked, Clock } from '../participant/ports.ts'
import { CodedError } from '../protocol/errors.ts'
import { walletError } from './chain-errors.ts'

/** EIP-1193, as far as it is used. What it returns is as remote as anything from a network. */
export interface WalletProvider {
  request(call: { method: string; params?: unknown }): Promise<unknown>
  on?(event: string, listener: (value: unknown) => void): unknown
  removeListener?(event: string, listener: (value: unknown) => void): unknown
}

/** A person reads, thinks, looks for the hardware wallet. */
export const PROMPT_TIMEOUT_MS = 300_000
/** Questions that no person is asked. */
export const QUIET_TIMEOUT_MS = 10_000

/** How deep wallets wrap each other's errors. */
const MAX_DEPTH = 6

/** EIP-1193's refusal, WalletConnect's, and the one of libraries on top. */
const DECLINED: readonly unknown[] = [4001, 5000, 'ACTION_REJECTED']
const BUSY = -32_002
const UNAUTHORIZED = 4100

/** Errors: `wallet/no-answer`, and whatever the wallet throws. */
export function withinTime<T>(clock: Pick<Clock, 'after'>, timeoutMs: number, run: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stopTimer = clock.after(timeoutMs, () => reject(walletError('wallet/no-answer')))
    // A wallet may throw before it returns a promise.
    Promise.resolve()
      .then(run)
      .finally(stopTimer)
      .then(resolve, (error: unknown) => reject(error instanceof Error ? error : new WalletFailure(error)))
  })
}

/** One question that a person answers. Errors: every `wallet/*` code. */
export async function prompt<T>(clock: Pick<Clock, 'after'>, run: () => Promise<T>): Promise<Asked<T>> {
  try {
    return { outcome: 'done', value: await withinTime(clock, PROMPT_TIMEOUT_MS, run) }
  } catch (error) {
    if (isDeclined(error)) return { outcome: 'declined' }
    throw walletErrorOf(error)
  }
}

export function isDeclined(error: unknown): boolean {
  if (CodedError.is(error)) return false
  return layersOf(error).some(({ code, message }) => DECLINED.includes(code) || isRefusal(message))
}

/** Whether one of its layers has this code. */
export function hasCode(error: unknown, ...codes: (number | string)[]): boolean {
  return layersOf(error).some(({ code }) => codes.includes(code as number | string))
}

/** What a wallet threw, as an error of ours. */
export function walletErrorOf(error: unknown): CodedError {
  if (CodedError.is(error)) return error
  if (hasCode(error, BUSY)) return walletError('wallet/busy', { cause: error })
  if (hasCode(error, UNAUTHORIZED)) return walletError('wallet/not-connected', { cause: error })
  return walletError('wallet/failed', { cause: error })
}

/** What was thrown, where it was no Error: wallets throw plain objects. */
class WalletFailure extends Error {
  override readonly name = 'WalletFailure'

  constructor(cause: unknown) {
    super('the wallet failed', { cause })
  }
}

interface Layer {
  code: unknown
  message: unknown
}

function layersOf(error: unknown): Layer[] {
  const layers: Layer[] = []
  let level = [error]
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    const objects = level.filter((one) => typeof one === 'object' && one !== null) as Record<string, unknown>[]
    layers.push(...objects.map(({ code, message }) => ({ code, message })))
    level = objects.flatMap(({ cause, data, error: inner, info, originalError }) => [
      cause,
      data,
      inner,
      info,
      originalError,
    ])
  }
  return layers
}

/** Some wallets refuse in words only. */
function isRefusal(message: unknown): boolean {
  return typeof message === 'string' && /\buser (rejected|denied|cancell?ed)\b/i.test(message)
}
