/** Seats of a committee: enough that a fifth of all stake is practically never most of it, few enough that an alarm costs a job or two. */
export const COMMITTEE_SIZE = 15

/** Four fifths of the seats must agree: with a fifth of the stake colluding, they convict the innocent once in a million committees. */
const QUORUM_TENTHS = 8

/** Memory flips: nothing is fraud that two others, who have nothing to do with each other, have not both computed. */
const MIN_QUORUM = 2

/** What one member computed of the accused answer. */
export type Recomputation =
  /** Nothing to object: bits are equal, or, from another cell, within what is honest between the two. */
  | { kind: 'equal' }
  /** Bits differ; `rowsHash` (hex) is what the first differing segment gives here. The innocent is framed only by those who agree on it. */
  | { kind: 'differs'; segment: number; rowsHash: string }
  /** Rows are equal, but the rule of protocol.md §3 chooses another token. */
  | { kind: 'other-token'; position: number; token: number }
  /** Of another cell: beyond what is honest between the two. */
  | { kind: 'beyond-limits' }
  /** It did not answer in time, or could not compute. */
  | { kind: 'silent' }

export interface CommitteeMember {
  /** Who stands behind the member: an owner has one voice. */
  owner: string
  found: Recomputation
}

export type CommitteeDecision = 'fraud' | 'honest' | 'undecided'

/** Voices that decide, of so many seats. */
export function quorumOf(seats: number): number {
  return Math.max(MIN_QUORUM, Math.ceil((seats * QUORUM_TENTHS) / 10))
}

/**
 * Decides by equality: members who find fraud must have found the same thing, bit for bit, and honest members do. Silence counts for
 * nobody. Undecided slashes nobody; the answer is still not accepted.
 */
export function decideCommittee(members: readonly CommitteeMember[]): CommitteeDecision {
  const voices = new Map(members.map(({ owner, found }) => [owner, found]))
  const tally = new Map<string, number>()
  for (const found of voices.values()) tally.set(wordOf(found), (tally.get(wordOf(found)) ?? 0) + 1)
  const quorum = quorumOf(members.length)
  for (const [word, votes] of tally) {
    if (votes < quorum || word === wordOf({ kind: 'silent' })) continue
    return word === wordOf({ kind: 'equal' }) ? 'honest' : 'fraud'
  }
  return 'undecided'
}

/**
 * The probability that a share `colluding` of all stake has the quorum by itself, at most: the upper tail of the binomial. Drawing
 * without replacement from a finite roster makes it smaller.
 *
 * @internal
 */
export function captureProbability(colluding: number, seats: number): number {
  let sum = 0
  for (let votes = quorumOf(seats); votes <= seats; votes++) {
    sum += binomial(seats, votes) * colluding ** votes * (1 - colluding) ** (seats - votes)
  }
  return sum
}

function binomial(n: number, k: number): number {
  let product = 1
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i
  return product
}

/** Equal words are one finding. */
function wordOf(found: Recomputation): string {
  switch (found.kind) {
    case 'equal':
    case 'beyond-limits':
    case 'silent':
      return found.kind
    case 'differs':
      return `differs/${found.segment}/${found.rowsHash}`
    case 'other-token':
      return `other-token/${found.position}/${found.token}`
    default:
      return found satisfies never
  }
}
