import { type Allotment, allotDrafts } from './allot-drafts.ts'
import { createDraftAcceptance, type DraftAcceptance } from './draft-acceptance.ts'
import { createDraftLookup, type Draft, type DraftLookup } from './draft-lookup.ts'
import { createStepCost } from './step-cost.ts'
import type { Strand } from './strand.ts'

/** Most drafts of one step: a run of eight rows is where the head and the token rule begin to cost more than the guess is worth. */
const MAX_DRAFTS = 7
/** A device's own steps must be beaten by this factor: what they cost is known better than what drafts bring. */
const MIN_ADVANTAGE = 1.05
/** What the device's own steps are thought to gain for each step taken without them: a bad measurement is not believed for ever. */
const FORGIVENESS = 1.005
/** Resident runs after which promising drafts are tried even though nobody knows what a step costs now. */
const PROBE_EVERY = 64
/** Promising: this many tokens for each strand. */
const PROBE_TOKENS = 1.5
/** A line needs two points, and a third to be trusted. */
const MIN_OBSERVATIONS = 3

/** Looks one strand's drafts up and remembers how they fared. */
export interface Drafter {
  lookup: DraftLookup
  acceptance: DraftAcceptance
}

export interface Step {
  strand: Strand
  drafter: Drafter | null
  rows: number
}

export interface StepTerms {
  minimumRows: number
  maximumRows: number
  equalRows: boolean
  otherRows: number
}

/** What the next steps carry, before it is known how it fares. */
export interface StepPlan extends Allotment {
  proposals: Draft[]
  /** Whether the steps promise more tokens for their time than the device's own, or are worth finding that out. */
  beatsResident: boolean
  /** Notes what became of the proposals, also of those that were not fed. `before`: ids of each strand before the step. */
  learn(before: readonly number[]): void
}

export interface Speculation {
  plan(steps: readonly Step[], terms: StepTerms): StepPlan
  /** A run of steps alone. */
  observe(rows: number, wanted: number, milliseconds: number): void
  /** A resident run of `sequences` strands that gave `tokens` tokens. */
  observeResident(sequences: number, tokens: number, milliseconds: number): void
}

export function createDrafter(): Drafter {
  return { lookup: createDraftLookup(), acceptance: createDraftAcceptance() }
}

/**
 * Prompt-lookup speculation that knows its price. Proposals are compared with what came also while none is fed, so their worth is always
 * known for nothing, and the cost of a row is measured on every step.
 */
export function createSpeculation(): Speculation {
  const cost = createStepCost()
  /** Tokens per millisecond by number of strands. */
  const residentPace = new Map<number, number>()
  let residentRuns = 0

  function beatsResident({ pace, tokens }: Allotment, strands: number): boolean {
    const resident = residentPace.get(strands)
    if (resident === undefined) return false
    const promising = tokens >= PROBE_TOKENS * strands
    if (cost.observations < MIN_OBSERVATIONS) return promising
    const beats = pace > resident * MIN_ADVANTAGE
    if (beats) residentPace.set(strands, resident * FORGIVENESS)
    return beats || (promising && residentRuns >= PROBE_EVERY)
  }

  return {
    plan(steps, terms) {
      const proposals = steps.map(({ strand, drafter }): Draft => {
        const most = Math.min(MAX_DRAFTS, (strand.writing?.room() ?? 1) - 1)
        return drafter?.lookup.propose(strand.inputs, most) ?? { ids: [], matched: 0 }
      })
      const offers = steps.map(({ drafter, rows }, i) => {
        const { ids, matched } = proposals[i] ?? { ids: [], matched: 0 }
        return { most: ids.length, chance: drafter?.acceptance.chance(matched) ?? 0, rows }
      })
      const allotment = allotDrafts(offers, { ...terms, cost: cost.line() })
      return {
        ...allotment,
        proposals,
        beatsResident: beatsResident(allotment, steps.length),
        learn(before) {
          for (const [i, { strand, drafter }] of steps.entries()) {
            const { ids, matched } = proposals[i] ?? { ids: [], matched: 0 }
            const came = strand.inputs.slice(before[i])
            const tried = Math.min(ids.length, came.length)
            let right = 0
            while (right < tried && ids[right] === came[right]) right += 1
            drafter?.acceptance.learn(matched, tried, right)
          }
        },
      }
    },
    observe(rows, wanted, milliseconds) {
      residentRuns = 0
      cost.observe(rows, wanted, milliseconds)
    },
    observeResident(sequences, tokens, milliseconds) {
      residentRuns += 1
      const pace = tokens / Math.max(milliseconds, 1e-3)
      const before = residentPace.get(sequences)
      residentPace.set(sequences, before === undefined ? pace : before + (pace - before) / 8)
    },
  }
}
