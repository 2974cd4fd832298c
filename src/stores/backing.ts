import type { AccountState, SessionState } from '../participant/money-ports.ts'
import type { ErrorData } from '../protocol/errors.ts'

/** What stood behind one session key when somebody looked. */
export interface KnownBacking {
  /** Null: no wallet ever delegated to it. */
  session: SessionState | null
  /** Of that wallet. */
  holdings: Pick<AccountState, 'bonded' | 'locks' | 'slashes'> | null
  /** Unix seconds. */
  at: number
}

/** While it is looked up anew, or could not be, what was known stays. */
export interface Backing {
  look: { state: 'looking' } | { state: 'done' } | { state: 'failed'; error: ErrorData }
  known: KnownBacking | null
}

/** By session key, hex. */
export type Backings = Readonly<Record<string, Backing>>

export type BackingInput =
  | { type: 'looking-behind'; keys: readonly string[] }
  | { type: 'behind'; key: string; known: KnownBacking }
  | { type: 'not-behind'; keys: readonly string[]; error: ErrorData }

export function foldBackings(backings: Backings, input: BackingInput): Backings {
  switch (input.type) {
    case 'looking-behind':
      return withLook(backings, input.keys, { state: 'looking' })
    case 'behind':
      return { ...backings, [input.key]: { look: { state: 'done' }, known: input.known } }
    case 'not-behind':
      return withLook(backings, input.keys, { state: 'failed', error: input.error })
    default:
      return input satisfies never
  }
}

function withLook(backings: Backings, keys: readonly string[], look: Backing['look']): Backings {
  return { ...backings, ...Object.fromEntries(keys.map((key) => [key, { look, known: backings[key]?.known ?? null }])) }
}
