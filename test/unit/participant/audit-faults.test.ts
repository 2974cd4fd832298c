import { beforeAll, expect, test } from 'vitest'
import { auditWorldOf } from '../../../src/participant/audit-world.ts'
import type { SessionKey } from '../../../src/participant/ports.ts'
import {
  type Attestation,
  attestationCommitmentOf,
  attestationDigest,
  commitmentDigest,
} from '../../../src/protocol/audit/attestation.ts'
import { auditCallDigest } from '../../../src/protocol/audit/audit-call.ts'
import type { AuditRecord } from '../../../src/protocol/audit/audit-record.ts'
import { faultOfAudit } from '../../../src/protocol/audit/fault-of-audit.ts'
import { hear } from '../../../src/protocol/audit/voices.ts'
import { bytesToHex, taggedHash } from '../../../src/protocol/hash.ts'
import type { Bundle } from '../../../src/protocol/receipt/bundle.ts'
import { createSeededSessionKey } from '../../doubles/seeded-session-key.ts'
import { acceptedOf, createTown, type Town } from './town.ts'

const asking = createSeededSessionKey(500)
let town: Town
let bundle: Bundle
/** Session keys of the town by their public half: a forger may be one of the drawn. */
const keys = new Map<string, SessionKey>()

beforeAll(async () => {
  town = createTown()
  for (const name of ['ada', 'bob', 'cy']) await town.contribute(name)
  for (let seed = 1; seed < 10; seed++) {
    const key = createSeededSessionKey(seed)
    keys.set(bytesToHex(key.publicKey), key)
  }
  const asker = await town.ask({}, { beacon: town.beacon, sessionKey: asking })
  await town.clock.run(60_000)
  await asker.done
  bundle = acceptedOf(asker).bundle
})

async function faultAfter(change: (audit: AuditRecord) => AuditRecord | Promise<AuditRecord>, chainsKnown = true) {
  const audit = await change(structuredClone(bundle.audits[0] as AuditRecord))
  const audits = [audit]
  const world = await auditWorldOf(chainsKnown ? town.beacon : null, audits)
  return faultOfAudit({ ...bundle, audits }, 0, world)?.code ?? null
}

/** Changes the call and signs it again, as its requester could. */
async function recalled(audit: AuditRecord, change: Partial<AuditRecord['signed']['call']>): Promise<AuditRecord> {
  const call = { ...audit.signed.call, ...change }
  return { ...audit, signed: { call, signature: await asking.sign(auditCallDigest(call)) } }
}

/** Opens something else, with a commitment to it, as a drawn verifier could have. */
async function reattested(
  audit: AuditRecord,
  change: (reveal: AuditRecord['reveals'][number]['attestation']) => AuditRecord['reveals'][number]['attestation'],
): Promise<AuditRecord> {
  const [reveal, ...others] = audit.reveals as [AuditRecord['reveals'][number], ...AuditRecord['reveals']]
  const attestation = change(reveal.attestation)
  const key = keys.get(bytesToHex(reveal.attestation.verifierKey)) as SessionKey
  const unsigned = {
    callHash: auditCallDigest(audit.signed.call),
    commitment: attestationCommitmentOf(attestation, reveal.salt),
    verifierKey: key.publicKey,
  }
  const commitment = { ...unsigned, signature: await key.sign(commitmentDigest(unsigned)) }
  const signature = await key.sign(attestationDigest(attestation))
  const commitments = audit.commitments.map((one) =>
    bytesToHex(one.verifierKey) === bytesToHex(key.publicKey) ? commitment : one,
  )
  return { ...audit, commitments, reveals: [{ attestation, salt: reveal.salt, signature }, ...others] }
}

test('an audit that was held as it should has no fault', async () => {
  expect(await faultAfter((audit) => audit)).toBeNull()
})

test.each<[string, (audit: AuditRecord) => AuditRecord | Promise<AuditRecord>, string]>([
  ['called for another receipt', (a) => recalled(a, { receiptHash: taggedHash('x') }), 'audit/other-answer'],
  ['called for other evidence', (a) => recalled(a, { bundleHash: taggedHash('x') }), 'audit/other-answer'],
  ['called by somebody else', (a) => recalled(a, { requesterKey: new Uint8Array(64) }), 'audit/other-answer'],
  ['called as a committee out of nowhere', (a) => recalled(a, { previous: taggedHash('x') }), 'audit/other-answer'],
  [
    'called without a signature',
    (a) => ({ ...a, signed: { ...a.signed, signature: new Uint8Array(64) } }),
    'audit/signature',
  ],
  ['drawn from a shorter list', (a) => ({ ...a, roster: a.roster.slice(1) }), 'audit/roster'],
  [
    'drawn from a list with somebody twice',
    (a) => ({ ...a, roster: [a.roster[0] as never, ...a.roster] }),
    'audit/roster',
  ],
  ['drawn by a chain that is not known', (a) => recalled(a, { beaconChain: 'ee'.repeat(32) }), 'audit/unknown-beacon'],
  ['drawn by another round', (a) => ({ ...a, round: { ...a.round, round: a.round.round + 1 } }), 'audit/beacon'],
  [
    'drawn by a round that was made up',
    (a) => ({ ...a, round: { ...a.round, signature: new Uint8Array(48).fill(7) } }),
    'audit/beacon',
  ],
  [
    'called when its round was public',
    (a) => recalled(a, { issuedAt: a.signed.call.issuedAt + 4_000 }),
    'audit/beacon',
  ],
  ['attested although the lottery fell elsewhere', (a) => recalled(a, { rateMillionths: 0 }), 'audit/not-drawn'],
  [
    'attested by somebody who was not drawn',
    (a) => ({ ...a, commitments: a.commitments.map((one) => ({ ...one, verifierKey: asking.publicKey })) }),
    'audit/not-drawn',
  ],
  [
    'attested twice by one',
    (a) => ({ ...a, commitments: [a.commitments[0] as never, ...a.commitments] }),
    'audit/not-drawn',
  ],
  ['opened twice by one', (a) => ({ ...a, reveals: [a.reveals[0] as never, ...a.reveals] }), 'audit/not-drawn'],
  ['opened without a commitment', (a) => ({ ...a, commitments: a.commitments.slice(1) }), 'audit/commitment'],
  [
    'opened as something else',
    (a) => ({
      ...a,
      reveals: a.reveals.map((r) => ({ ...r, attestation: { ...r.attestation, verdict: 'fail' as const } })),
    }),
    'audit/commitment',
  ],
  [
    'opened without a signature',
    (a) => ({ ...a, reveals: a.reveals.map((r) => ({ ...r, signature: new Uint8Array(64) })) }),
    'audit/signature',
  ],
  ['attested without numbers', (a) => reattested(a, (one) => ({ ...one, report: null })), 'audit/probes'],
  [
    'attested for another call',
    (a) => reattested(a, (one) => ({ ...one, callHash: taggedHash('x') })),
    'audit/other-answer',
  ],
])('an audit %s counts for nothing', async (_what, change, code) => {
  expect(await faultAfter(change)).toBe(code)
})

const NO_THRESHOLDS = { version: 1 as const, pairs: [] }

test.each<[string, (one: Attestation) => Attestation, string | null, string]>([
  ['its numbers say', (one) => one, null, 'pass'],
  [
    'its numbers do not say',
    (one) => ({ ...one, verdict: 'fail', reason: 'check/token-rule', segment: 0 }),
    'audit/contradiction',
    'silent',
  ],
  [
    'it has no numbers for, while the evidence is sound',
    (one) => ({ ...one, verdict: 'fail', reason: 'receipt/signature', report: null }),
    null,
    'inconclusive',
  ],
  [
    'rests on an equality that its cell does not owe',
    (one) => ({ ...one, cell: { ...one.cell, precision: 'q8' } }),
    'audit/contradiction',
    'silent',
  ],
])('a verdict that %s counts as that', async (_what, change, fault, verdict) => {
  const audit = await reattested(structuredClone(bundle.audits[0] as AuditRecord), change)
  const changed = { ...bundle, audits: [audit] }
  const key = bytesToHex(audit.reveals[0]?.attestation.verifierKey ?? new Uint8Array())
  const heard = hear(changed, 0, NO_THRESHOLDS, null).find(({ drawn }) => bytesToHex(drawn.entry.verifierKey) === key)
  expect(heard).toMatchObject({ fault, voice: { verdict } })
})

test('a page that knows no beacon believes no draw', async () => {
  expect(await faultAfter((audit) => audit, false)).toBe('audit/unknown-beacon')
})

test('silence is no fault of the audit: commitments without openings, or nobody at all', async () => {
  expect(await faultAfter((audit) => ({ ...audit, reveals: [] }))).toBeNull()
  expect(await faultAfter((audit) => ({ ...audit, commitments: [], reveals: [] }))).toBeNull()
})
