import { type CostLine, costOf } from './step-cost.ts'

/** One running row's wish to carry drafts. */
export interface DraftOffer {
  /** Drafts that were found and could count. */
  most: number
  /** Chance that a draft is right, given that those before it were. */
  chance: number
  /** Rows without any draft, before filling up. */
  rows: number
}

export interface AllotmentTerms {
  cost: CostLine
  /** Rows that a feed has at least: drafts fill what is missing for free. */
  minimumRows: number
  /** Rows that a feed has at most. */
  maximumRows: number
  /** Whether all feeds of the run have as many rows as the longest. */
  equalRows: boolean
  /** Rows that the run carries besides. */
  otherRows: number
}

export interface Allotment {
  /** Drafts by offer. */
  drafts: number[]
  /** Rows that every feed has at least. */
  rows: number
  /** Expected tokens of the run. */
  tokens: number
  /** Expected tokens per millisecond. */
  pace: number
}

/**
 * How many drafts each running row carries so that the run gives the most tokens for its time, by the chance of each draft and the measured
 * cost of a row. None where none pays: speculation switches itself off.
 */
export function allotDrafts(offers: readonly DraftOffer[], terms: AllotmentTerms): Allotment {
  return terms.equalRows ? byEqualRows(offers, terms) : oneByOne(offers, terms)
}

/** Expected tokens of a step with `drafts` drafts: each counts only after all before it. */
function expectedTokens(chance: number, drafts: number): number {
  let tokens = 1
  let product = 1
  for (let i = 0; i < drafts; i++) tokens += product *= chance
  return tokens
}

function byEqualRows(offers: readonly DraftOffer[], terms: AllotmentTerms): Allotment {
  const fewest = Math.max(terms.minimumRows, ...offers.map(({ rows }) => rows))
  let best: Allotment | null = null
  const useful = Math.max(fewest, ...offers.map(({ rows, most }) => rows + most))
  for (let rows = fewest; rows <= Math.max(fewest, Math.min(useful, terms.maximumRows)); rows++) {
    const drafts = offers.map((offer) => Math.min(offer.most, rows - offer.rows))
    // Fewer drafts in the same rows may still save wanted rows, which the head is paid for.
    const trimmed = trimmedTo(offers, drafts, rows, terms)
    if (best === null || trimmed.pace > best.pace) best = trimmed
  }
  return best ?? { drafts: offers.map(() => 0), rows: fewest, tokens: 0, pace: 0 }
}

function trimmedTo(
  offers: readonly DraftOffer[],
  most: readonly number[],
  rows: number,
  terms: AllotmentTerms,
): Allotment {
  return oneByOne(
    offers.map((offer, i) => ({ ...offer, most: most[i] ?? 0 })),
    { ...terms, minimumRows: rows },
  )
}

/** The cost is linear and a row's chances fall, so the best next draft, again and again, is the best set. */
function oneByOne(offers: readonly DraftOffer[], terms: AllotmentTerms): Allotment {
  const drafts = offers.map(() => 0)
  const rowsOf = (i: number, count: number): number => Math.max(terms.minimumRows, (offers[i]?.rows ?? 0) + count)
  let rows = terms.otherRows + offers.reduce((sum, _, i) => sum + rowsOf(i, 0), 0)
  let wanted = offers.length
  let tokens = offers.length
  let pace = tokens / costOf(terms.cost, rows, wanted)
  for (;;) {
    let next: { i: number; pace: number; tokens: number; rows: number } | null = null
    for (const [i, offer] of offers.entries()) {
      const count = drafts[i] ?? 0
      if (count >= offer.most || offer.rows + count >= terms.maximumRows) continue
      const gain = expectedTokens(offer.chance, count + 1) - expectedTokens(offer.chance, count)
      const newRows = rows + rowsOf(i, count + 1) - rowsOf(i, count)
      const newPace = (tokens + gain) / costOf(terms.cost, newRows, wanted + 1)
      if (newPace > (next?.pace ?? pace)) next = { i, pace: newPace, tokens: tokens + gain, rows: newRows }
    }
    if (next === null) return { drafts, rows: terms.minimumRows, tokens, pace }
    drafts[next.i] = (drafts[next.i] ?? 0) + 1
    ;({ pace, tokens, rows } = next)
    wanted += 1
  }
}
