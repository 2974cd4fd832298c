/** A count beside what it should be, if the rules are the protocol's. */
export interface Measured {
  observed: number
  expected: number
  /** Of the count, under the protocol's rules. */
  variance: number
}

export interface Tally {
  jobs: number
  aborted: number
  audits: number
  committees: number
  undecided: number
  canaries: number
  canariesPassed: number
  canariesPunished: number
  wrongDelivered: number
  wrongAccepted: number
  /** Nine exact checkers found equality, and it was wrong. */
  wrongVerified: number
  verified: number
  /** Wrong answers accepted, of providers whose cell is checked exactly. */
  loss: Measured
  lottery: Measured
  /** Open seats that went to the coalition, against its share of the stake. */
  openSeats: Measured
  /** Jobs of the seed grinder whose seed was one that it wanted. */
  steered: Measured
  honestProvidersSlashed: number
  honestVerifiersSlashed: number
  honestVerifiersFined: number
  honestRejected: number
  /** Verdicts that were not the committed ones, and counted. */
  turncoats: number
  /** Seats in which an owner judged its own work. */
  selfChecks: number
  alarms: number
  alarmsOfHonest: number
  /** Raised, or not, against the protocol's rules. */
  wrongAlarms: number
  /** By how much evidence exceeded what clamped and capped findings add up to. */
  evidenceExcess: number
}

export function createTally(): Tally {
  const measured = (): Measured => ({ observed: 0, expected: 0, variance: 0 })
  return {
    jobs: 0,
    aborted: 0,
    audits: 0,
    committees: 0,
    undecided: 0,
    canaries: 0,
    canariesPassed: 0,
    canariesPunished: 0,
    wrongDelivered: 0,
    wrongAccepted: 0,
    wrongVerified: 0,
    verified: 0,
    loss: measured(),
    lottery: measured(),
    openSeats: measured(),
    steered: measured(),
    honestProvidersSlashed: 0,
    honestVerifiersSlashed: 0,
    honestVerifiersFined: 0,
    honestRejected: 0,
    turncoats: 0,
    selfChecks: 0,
    alarms: 0,
    alarmsOfHonest: 0,
    wrongAlarms: 0,
    evidenceExcess: 0,
  }
}

/** Counts one event of the given probability. */
export function observe(measured: Measured, happened: boolean, probability: number): void {
  measured.observed += happened ? 1 : 0
  measured.expected += probability
  measured.variance += probability * (1 - probability)
}
