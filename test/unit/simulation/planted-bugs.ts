import type { RuleSet } from '../../../simulation/rules.ts'
import type { SimulationOptions } from '../../../simulation/simulate.ts'
import { auditRate, DEFAULT_DETERRENCE } from '../../../src/protocol/reputation/audit-rate.ts'
import { clampLambda } from '../../../src/protocol/reputation/evidence-weight.ts'
import type { AuditFinding, EvidenceState } from '../../../src/protocol/reputation/sequential-evidence.ts'
import { roundAt } from '../../../src/protocol/selection/beacon.ts'
import { drawVerifiers } from '../../../src/protocol/selection/draw.ts'
import { isAudited } from '../../../src/protocol/selection/lottery.ts'
import { drawProbes } from '../../../src/protocol/selection/probe-positions.ts'
import { CHEATS_TOWN, COALITION_TOWN, GRINDERS_TOWN, LOOSE_TOWN } from './towns.ts'

export interface PlantedBug {
  name: string
  rules: Partial<RuleSet>
  town: Partial<SimulationOptions>
  /** Of the sentence that must be among what the run shows to be wrong. */
  finds: string
}

/** One wrong rule at a time, each in the place where the protocol's own stands. */
export const PLANTED_BUGS: PlantedBug[] = [
  {
    name: 'the lottery audits whom it should pass over',
    rules: { isAudited: (...ticket) => !isAudited(...ticket) },
    town: CHEATS_TOWN,
    finds: 'answers audited',
  },
  {
    name: 'the beacon round is one that is known already',
    rules: { auditRound: roundAt },
    town: GRINDERS_TOWN,
    finds: 'beacon grinder gained',
  },
  {
    name: 'newcomers are audited like the proven',
    rules: { auditRate: (record, terms) => auditRate({ ...record, jobs: 1_000, validResults: 1_000 }, terms) },
    town: CHEATS_TOWN,
    finds: 'wrong answers accepted',
  },
  {
    name: 'what nobody can check exactly is audited as if one audit could slash it',
    rules: { auditRate: (record) => auditRate(record, DEFAULT_DETERRENCE) },
    town: LOOSE_TOWN,
    finds: 'answers audited',
  },
  {
    name: 'the draw does not exclude those who are judged',
    rules: { drawVerifiers: (options) => drawVerifiers({ ...options, excludedKeys: [], excludedOwners: [] }) },
    town: COALITION_TOWN,
    finds: 'judged its own work',
  },
  {
    name: 'the draw counts keys instead of stake',
    rules: {
      drawVerifiers: (options) => {
        const equals = options.roster.map((entry) => ({ ...entry, stake: 1 }))
        return drawVerifiers({ ...options, roster: equals })
      },
    },
    town: { ...COALITION_TOWN, colluding: 0.1 },
    finds: 'open seats of the coalition',
  },
  {
    name: 'a cell of four judges itself',
    rules: { isPopulated: () => true, openSeats: 0 },
    town: COALITION_TOWN,
    finds: 'rare cell gained',
  },
  {
    name: 'all verifiers have the same probes',
    rules: { drawProbes: (options) => drawProbes({ ...options, verifierKey: new Uint8Array(64) }) },
    town: CHEATS_TOWN,
    finds: 'copying verifier gained',
  },
  {
    name: 'a reveal need not be what was committed to',
    rules: { commitmentTo: () => new Uint8Array(32) },
    town: COALITION_TOWN,
    finds: 'not those that had been committed to',
  },
  {
    name: 'a commitment need not be revealed',
    rules: { requiresReveal: false },
    town: CHEATS_TOWN,
    finds: 'withholding verifier gained',
  },
  {
    name: 'canaries are not judged',
    rules: { judgesCanaries: false },
    town: { ...CHEATS_TOWN, canaryRate: 0.1 },
    finds: 'passed a canary',
  },
  {
    name: 'one member of a committee is enough for fraud',
    rules: {
      decideCommittee: (members) => (members.some(({ found }) => found.kind === 'differs') ? 'fraud' : 'honest'),
    },
    town: CHEATS_TOWN,
    finds: 'honest providers were slashed',
  },
  {
    name: 'one verifier may say as much as it likes',
    rules: { addAudit: uncapped },
    town: { ...LOOSE_TOWN, colludingOwners: 'one', colluding: 0.35 },
    finds: 'evidence weighs',
  },
  {
    name: 'one audit may weigh as much as it likes',
    rules: { addAudit: unclamped, lambdaOfAnswer: (scores) => scores.reduce((sum, score) => sum + score - 1, 0) },
    town: LOOSE_TOWN,
    finds: 'evidence weighs',
  },
  {
    name: 'evidence never alarms',
    rules: { isAlarm: () => false },
    town: LOOSE_TOWN,
    finds: 'alarms were false or missing',
  },
  {
    name: 'two receipts for one job are no matter',
    rules: { recognisesEquivocation: false },
    town: GRINDERS_TOWN,
    finds: 'wrong answers accepted',
  },
  {
    name: 'the provider names its nonce after it has seen the share',
    rules: { fixesNonceFirst: false },
    town: GRINDERS_TOWN,
    finds: 'seeds as wanted',
  },
]

function uncapped(state: EvidenceState, findings: readonly AuditFinding[]): EvidenceState {
  const sum = findings.reduce((total, { lambda }) => total + clampLambda(lambda), 0)
  return { ...state, score: Math.max(0, state.score + sum / findings.length) }
}

function unclamped(state: EvidenceState, findings: readonly AuditFinding[]): EvidenceState {
  const sum = findings.reduce((total, { lambda }) => total + lambda, 0)
  return { ...state, score: Math.max(0, state.score + sum / findings.length) }
}
