import type { NoiseKey } from '../../../src/protocol/sampling/noise.ts'
import type { Sampler } from '../../../src/protocol/sampling/sampler.ts'
import type { FeedAnswers, ResidentStep } from '../session/slot-decoder.ts'
import type { Run } from './plan-runs.ts'

/** What a strand needs to be fed next, in positions of its inputs. */
export interface Wish {
  /** `step`: the newest id, whose row chooses a token. `read`: prompt or claimed answer. `replay`: a finished segment once more. */
  kind: 'step' | 'read' | 'replay'
  start: number
  /** Not included. */
  end: number
  /** Rows are wanted from this input position on. */
  wantedFrom: number
  /** Fed as one run, alone: its bits may depend on the cut. Else any part of it, from `start` on, will do. */
  whole: boolean
  /** Its bits are those of a prefill, if those before it are. */
  exact: boolean
}

/** What a run fed of a wish: `start` to `end`, then guesses of what follows. */
export interface Part {
  start: number
  end: number
  drafts: readonly number[]
}

/** The part of a strand that writes: its tokens may be guessed ahead of the token rule. */
export interface Writing {
  readonly sampler: Sampler
  readonly noise: NoiseKey
  /** Output position of the next token. */
  readonly position: number
  /** Tokens that may follow before the strand ends or must be replayed: more guesses than that are wasted. */
  room(): number
  /** Takes what a device did on its own; returns how many of its steps count. */
  takeAhead(steps: readonly ResidentStep[]): number
}

/**
 * One generation or check as the scheduler sees it: what it wants fed next, and what it makes of the answers. It owns no slot.
 * Errors of `next`, `take` and `takeAhead` are the strand's own: they end it and nothing else.
 */
export interface Strand {
  /** Every id known so far. */
  readonly inputs: readonly number[]
  /** Input positions before this one may come from a cached prefix; rows of the others are wanted. */
  readonly reusable: number
  /** The only runs that give its bits, or null where every cut does. */
  readonly plan: readonly Run[] | null
  readonly writing: Writing | null
  /** A slot holds the first `held` inputs. */
  begin(held: number): void
  /** Null when the strand has ended. */
  next(): Wish | null
  /** `answers` are those of the wanted positions of `part`, drafts included; views are valid during the call. */
  take(part: Part, answers: FeedAnswers): void
  /** Ends at the next chance, as an abort by its caller. */
  stop(): void
}
