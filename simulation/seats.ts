import { utf8ToBytes } from '@noble/hashes/utils.js'
import { bytesEqual, bytesToHex } from '../src/protocol/hash.ts'
import { PROBES, type Probe } from '../src/protocol/selection/probe-positions.ts'
import type { RosterEntry } from '../src/protocol/selection/roster.ts'

import type { Statement } from './actors/verifier-actor.ts'
import { type CheckedAnswer, HIDDEN_SIZE, OUTPUT_TOKENS, viewOf } from './check-answer.ts'
import type { Verifier } from './participants.ts'
import type { Run } from './run.ts'
import { fineVerifier } from './settle.ts'

/** One drawn verifier and what came of it. */
export interface Seat {
  verifier: Verifier
  isExact: boolean
  /** Null where nothing valid was revealed. */
  statement: Statement | null
  /** Its values are those of the right rows. */
  hasTrueValues: boolean
}

/** What a check pays, and what a broken promise costs besides, in checks. */
const FEE = 2

/** Each of the drawn checks in its way and commits; when all have, they reveal. */
export function fillSeats(
  run: Run,
  answer: CheckedAnswer,
  drawn: readonly RosterEntry[],
  receiptHash: Uint8Array,
  randomness: Uint8Array,
): Seat[] {
  const statements: (Statement | null)[] = []
  let forSale: Statement | null = null
  const committed = drawn.map(({ verifierKey }) => {
    const verifier = run.population.verifiers.get(bytesToHex(verifierKey)) as Verifier
    const sizes = { outputTokens: OUTPUT_TOKENS, hiddenSize: HIDDEN_SIZE, count: PROBES }
    const drawProbes = (): Probe[] => run.rules.drawProbes({ randomness, receiptHash, verifierKey, ...sizes })
    const { view, truth } = viewOf(run, answer, verifier, drawProbes, () => forSale)
    const account = run.ledger.of(verifier.actor.name)
    // What a check costs is saved by whoever does not compute.
    account.saved += run.statistics.checkShare
    account.acts++
    const statement = verifier.actor.attest(view)
    statements.push(statement)
    if (verifier.isHonest) forSale ??= statement
    return { verifier, view, truth, statement }
  })
  return committed.map(({ verifier, view, truth, statement: own }, i): Seat => {
    const others = statements.filter((other, j): other is Statement => other !== null && i !== j)
    const said = own === null ? null : (verifier.actor.revise?.(view, own, others) ?? own)
    const statement = opens(run, receiptHash, verifier.entry.verifierKey, own, said) ? said : null
    if (statement !== null && statement !== own) run.tally.turncoats++
    const hasTrueValues = statement !== null && (statement.values === truth || areEqual(statement.values(), truth()))
    return { verifier, isExact: view.isExact, statement, hasTrueValues }
  })
}

/** A seat without a valid reveal is not paid, and pays what it would have earned. */
export function chargeSilent(run: Run, seats: readonly Seat[]): void {
  if (!run.rules.requiresReveal) return
  for (const { verifier, statement } of seats) {
    if (statement !== null) continue
    const fee = FEE * run.statistics.checkShare
    run.ledger.of(verifier.actor.name).unpaid += fee
    fineVerifier(run, verifier, fee)
  }
}

/** Whether what is revealed hashes to what was shown before. In place of a random salt, a hash that nobody knew before. */
function opens(
  { rules }: Run,
  salt: Uint8Array,
  key: Uint8Array,
  own: Statement | null,
  said: Statement | null,
): boolean {
  if (own === said || own === null || said === null) return own === said
  const commitmentTo = ({ finding, values }: Statement): Uint8Array => {
    return rules.commitmentTo(utf8ToBytes(JSON.stringify([finding, values()])), salt, key)
  }
  return bytesEqual(commitmentTo(own), commitmentTo(said))
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}
