import { bytesEqual, taggedHasher } from '../hash.ts'
import { ln } from '../sampling/deterministic-math.ts'
import { compareKeys, type RosterEntry } from './roster.ts'

export interface DrawOptions {
  /** 32 bytes that nobody knew when the receipt was signed (`beacon.ts`). */
  randomness: Uint8Array
  /** 32 bytes. */
  receiptHash: Uint8Array
  roster: readonly RosterEntry[]
  /** Provider and requester: nobody checks itself. */
  excludedKeys: readonly Uint8Array[]
  /** Who stands behind them. */
  excludedOwners: readonly string[]
  count: number
  /** The provider's exact cell: its checkers come first, because only they can compare bit for bit. */
  preferredCellId?: string
  /**
   * Of `count`, how many seats go to the first clocks of all cells: whoever fills a rare cell with verifiers of its own would otherwise
   * choose its judges. They are the last of the result. 0 when left out; never the only seat.
   */
  openSeats?: number
}

/** A drawn verifier with the numbers by which anybody can repeat the draw. */
export interface DrawnVerifier {
  entry: RosterEntry
  /** U in (0, 1]. */
  uniform: number
  /** −ln(U) / stake: the smaller, the sooner drawn. */
  key: number
  isPreferredCell: boolean
}

/**
 * Weighted sampling without replacement (Efraimidis and Spirakis 2006, algorithm A-Res, as exponential clocks): a verifier's clock rings at
 * −ln(U)/stake, U = (w + ½)/2⁵³ with w the first 53 bits of H('draw', randomness, receiptHash, verifierKey), and the first to ring win.
 * So the next seat goes to each remaining verifier in proportion to its stake. Ties go to the smaller key bytes.
 */
export function drawVerifiers(options: DrawOptions): DrawnVerifier[] {
  const { count, preferredCellId, openSeats = 0 } = options
  const candidates = clocksOf(options)
  if (preferredCellId === undefined) return candidates.slice(0, count)
  const open = candidates.slice(0, Math.max(0, Math.min(openSeats, count - 1)))
  const rest = candidates.slice(open.length)
  const byCell = [
    ...rest.filter(({ isPreferredCell }) => isPreferredCell),
    ...rest.filter((one) => !one.isPreferredCell),
  ]
  return [...byCell.slice(0, Math.max(0, count - open.length)), ...open]
}

/** Everybody who may be drawn, in the order in which the clocks ring. */
function clocksOf({ randomness, receiptHash, roster, excludedKeys, excludedOwners, preferredCellId }: DrawOptions) {
  const owners = new Set(excludedOwners)
  const hashOf = taggedHasher('draw', randomness, receiptHash)
  const eligible = roster.filter(({ stake, owner, verifierKey }) => {
    return stake > 0 && !owners.has(owner) && !excludedKeys.some((key) => bytesEqual(key, verifierKey))
  })
  const drawn = eligible.map((entry): DrawnVerifier => {
    const uniform = uniformOf(hashOf(entry.verifierKey))
    return { entry, uniform, key: (0 - ln(uniform)) / entry.stake, isPreferredCell: entry.cellId === preferredCellId }
  })
  return drawn.toSorted((a, b) => a.key - b.key || compareKeys(a.entry, b.entry))
}

/**
 * Binary64, to nearest even: above ½ the half is rounded away, so U may be 1, whose clock rings at 0. It is never 0, and ln stays
 * within 2 ulp over all of it.
 */
function uniformOf(digest: Uint8Array): number {
  const view = new DataView(digest.buffer, digest.byteOffset, 8)
  return (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11) + 0.5) / 2 ** 53
}
