/** Weight that each run leaves to the earlier ones: a hundred runs, then a change of context length or of load has been followed. */
const MEMORY = 0.99
/** Before anything was measured, a further row costs this share of a run, and the head for one more wanted row that share. */
const PRIOR_ROW_SHARE = 0.06
const PRIOR_WANTED_SHARE = 0.03
/** How many squared rows of deviation it takes to believe a measurement as much as the prior. */
const PRIOR_WEIGHT = 0.5
/** A run that took longer than this many expected ones was interrupted by something else. */
const MAX_SURPRISE = 3

/** Milliseconds of a run are `base + rows · perRow + wanted · perWanted`. */
export interface CostLine {
  base: number
  perRow: number
  perWanted: number
}

export interface StepCost {
  observe(rows: number, wanted: number, milliseconds: number): void
  /** Of scale 1 until something was observed. */
  line(): CostLine
  readonly observations: number
}

/**
 * What a step costs on this device, by least squares over recent steps. The prior is cheap on purpose and memory fades, so that what has
 * not been tried for long looks worth a try again: that is how drafts are probed after they were given up.
 */
export function createStepCost(): StepCost {
  let weight = 0
  let observations = 0
  const sum = { r: 0, w: 0, y: 0, rr: 0, rw: 0, ww: 0, ry: 0, wy: 0 }

  function line(): CostLine {
    if (sum.y === 0) return { base: 1, perRow: PRIOR_ROW_SHARE, perWanted: PRIOR_WANTED_SHARE }
    const [r, w, y] = [sum.r / weight, sum.w / weight, sum.y / weight]
    const scale = y / (1 + PRIOR_ROW_SHARE * r + PRIOR_WANTED_SHARE * w)
    const prior = { row: scale * PRIOR_ROW_SHARE, wanted: scale * PRIOR_WANTED_SHARE }
    // Ridge towards the prior: (S + λ)·slope = S·measured + λ·prior, with S the matrix of centred second moments.
    const rr = sum.rr - weight * r * r + PRIOR_WEIGHT
    const rw = sum.rw - weight * r * w
    const ww = sum.ww - weight * w * w + PRIOR_WEIGHT
    const ry = sum.ry - weight * r * y + PRIOR_WEIGHT * prior.row
    const wy = sum.wy - weight * w * y + PRIOR_WEIGHT * prior.wanted
    const determinant = rr * ww - rw * rw
    const perRow = Math.max(0, (ry * ww - wy * rw) / determinant)
    const perWanted = Math.max(0, (wy * rr - ry * rw) / determinant)
    return { base: Math.max(0, y - perRow * r - perWanted * w), perRow, perWanted }
  }

  return {
    line,
    get observations() {
      return observations
    },
    observe(r, w, milliseconds) {
      const expected = costOf(line(), r, w)
      const y = observations === 0 ? milliseconds : Math.min(milliseconds, MAX_SURPRISE * expected)
      observations += 1
      weight = weight * MEMORY + 1
      const terms = { r, w, y, rr: r * r, rw: r * w, ww: w * w, ry: r * y, wy: w * y }
      for (const name of ['r', 'w', 'y', 'rr', 'rw', 'ww', 'ry', 'wy'] as const) {
        sum[name] = sum[name] * MEMORY + terms[name]
      }
    },
  }
}

export function costOf({ base, perRow, perWanted }: CostLine, rows: number, wanted: number): number {
  return base + perRow * rows + perWanted * wanted
}
