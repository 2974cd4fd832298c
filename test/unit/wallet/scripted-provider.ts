import type { WalletProvider } from '../../../src/wallet/wallet-provider.ts'

export interface ScriptedProvider extends WalletProvider {
  /** Methods, in the order in which they were asked for. */
  readonly asked: string[]
  /** Changes what one method answers from now on. */
  answer(method: string, answer: unknown): void
  emit(event: string, value: unknown): void
  readonly listeners: number
}

/** A wallet that answers as it is told; what it is not told of it does not know. A thrown answer is a function that throws. */
export function createScriptedProvider(answers: Record<string, unknown>): ScriptedProvider {
  const script = new Map(Object.entries(answers))
  const asked: string[] = []
  const listeners = new Map<string, Set<(value: unknown) => void>>()
  return {
    asked,
    async request({ method, params }) {
      asked.push(method)
      if (!script.has(method)) throw rpcError(4200, `unknown method ${method}`)
      const answer = script.get(method)
      return typeof answer === 'function' ? answer(params) : answer
    },
    on: (event, listener) => void listeners.set(event, (listeners.get(event) ?? new Set()).add(listener)),
    removeListener: (event, listener) => void listeners.get(event)?.delete(listener),
    answer: (method, answer) => void script.set(method, answer),
    emit: (event, value) => listeners.get(event)?.forEach((listener) => listener(value)),
    get listeners() {
      return [...listeners.values()].reduce((sum, { size }) => sum + size, 0)
    },
  }
}

/** As wallets throw: not always an Error. */
export function rpcError(code: number | string, message: string, data?: unknown): Error {
  return Object.assign(new Error(message), { code, data })
}

export function refuse(): never {
  throw rpcError(4001, 'User rejected the request.')
}

export function neverAnswer(): Promise<never> {
  return new Promise(() => undefined)
}
