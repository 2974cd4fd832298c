import type { Locus, LocusAudit, LocusVerifier } from '../../src/participant/events.ts'
import { locus, OTHER_PEER, WASM_CELL, WEBGPU_CELL } from './sample-locus.ts'

/** A verifier that was drawn, computed in the provider's own cell, and found it right. */
export function verifier(changes: Partial<LocusVerifier> = {}): LocusVerifier {
  return {
    verifierKey: 'b7'.repeat(64),
    peerId: OTHER_PEER,
    stake: 1_000_000,
    drawKey: 8.314e-8,
    cell: WASM_CELL,
    isExact: true,
    outcome: 'pass',
    reason: '',
    ...changes,
  }
}

export const TOLERANT_VERIFIER = verifier({
  verifierKey: 'c8'.repeat(64),
  peerId: '12D3KooWRzqGHr1iFrYQq8yEjkYc3oW7m8Xe2cTtLgB5bJ4wPq9a',
  drawKey: 2.717e-7,
  cell: WEBGPU_CELL,
  isExact: false,
})

export const SILENT_VERIFIER = verifier({
  verifierKey: 'd9'.repeat(64),
  peerId: '12D3KooWSx1fRk4cUoB7qA9vE3nJdM6hT2gYpL8wZbQ5sX7iKe3m',
  drawKey: 4.402e-7,
  cell: null,
  isExact: false,
  outcome: 'silent',
  reason: 'audit/silent',
})

export function audit(changes: Partial<LocusAudit> = {}): LocusAudit {
  return {
    stage: 'lottery',
    beaconRound: 32_402_118,
    drawnAt: 1_790_009_718_000,
    rateMillionths: 1_000_000,
    candidates: 12,
    isWeighted: false,
    isDrawn: true,
    verifiers: [verifier(), TOLERANT_VERIFIER],
    fault: null,
    ...changes,
  }
}

/** Fifteen members, of whom as many as asked found it wrong, one was silent, and the rest found it right. */
export function committee(wrong: number, changes: Partial<LocusAudit> = {}): LocusAudit {
  const verifiers = Array.from({ length: 15 }, (_, i): LocusVerifier => {
    const id = String.fromCharCode(97 + i)
    const named = verifier({
      verifierKey: id.charCodeAt(0).toString(16).repeat(64),
      peerId: `12D3KooW${id.repeat(40)}`,
      drawKey: (i + 1) * 3.1e-8,
    })
    if (i === 14)
      return { ...SILENT_VERIFIER, ...named, cell: null, isExact: false, outcome: 'silent', reason: 'audit/silent' }
    return i < wrong ? { ...named, outcome: 'fail', reason: 'check/rows-mismatch' } : named
  })
  return audit({ stage: 'committee', beaconRound: 32_402_121, candidates: 64, verifiers, ...changes })
}

/** An answer that this device could not compute, and that a committee found wrong. */
export const CONDEMNED: Locus = locus({
  checkedBy: { kind: 'nobody', reason: 'The model is not on this device.' },
  report: null,
  own: { verdict: 'inconclusive', reason: 'check/unavailable', statistic: '' },
  verdict: {
    verdict: 'fail',
    reason: 'audit/attested-fail',
    segment: 1,
    statistic: '1 of 15 found it right, 13 wrong',
  },
  settledBy: 'committee',
  audits: [
    audit({ verifiers: [verifier({ outcome: 'fail', reason: 'check/rows-mismatch' }), TOLERANT_VERIFIER] }),
    committee(13),
  ],
  auditNote: null,
})
