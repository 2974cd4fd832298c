/**
 * Cancellation is the one platform object that participant code may touch: it holds no clock, no socket and no randomness, and every
 * realm has it. The language library lacks it, so the part we use is declared here. Where the real library is loaded, its own
 * declaration is used instead.
 */
interface AbortSignal {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean; signal?: AbortSignal }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

interface AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}

declare const AbortController: new () => AbortController
