import { describe, expect, it, test } from 'vitest'
import type { SlashState } from '../../../../src/stores/index.ts'
import {
  alarmInWords,
  holdingsInWords,
  SLASH_TITLES,
  signerInWords,
  stakeNowInWords,
  standsBehindInWords,
} from '../../../../src/ui/wording/backing-wording.ts'
import { verifier } from '../../../doubles/sample-audits.ts'
import { leg } from '../../../doubles/sample-locus.ts'
import { holdings, NETWORK, NOW, session, tokens } from '../../../doubles/sample-money.ts'

const DAY = 86_400
const { token } = NETWORK

test('numbers are said to be of now, and not those of the draw', () => {
  const words = stakeNowInWords(NETWORK)
  expect(words).toMatch(
    /Locus local chain, a test chain whose money is worth nothing\. .* now, not when .* What weighed in a draw .* before it/,
  )
  expect(stakeNowInWords({ ...NETWORK, isTest: false })).not.toContain('worth nothing')
})

test('a signer is named by its part and by what an answer knows of it', () => {
  const one = leg()
  expect(signerInWords({ key: one.providerKey, role: 'provider', leg: one })).toBe('Provider, peer 12D3…Qxx7')
  const imported = leg({ peerId: '' })
  expect(signerInWords({ key: one.providerKey, role: 'provider', leg: imported })).toBe('Provider, key 5e5e…5e5e')
  const drawn = verifier()
  expect(signerInWords({ key: drawn.verifierKey, role: 'verifier', verifier: drawn })).toBe('Verifier, peer 12D3…n9Kd')
})

test('a wallet stands behind a key until a day, and is held to what the key signed a week longer', () => {
  const at = (changes: Parameters<typeof session>[0]) => standsBehindInWords(session(changes), NOW)
  expect(at({})).toBe('stands behind this key until 18 October 2026.')
  expect(at({ validAfter: NOW + DAY })).toMatch(/^will stand behind this key from/)
  expect(at({ revokedAt: NOW - DAY })).toMatch(/^stood .* was revoked\..* can be held against it until/)
  expect(at({ validUntil: NOW - DAY })).toMatch(/^stood .* has expired\..* can be held against it until/)
  expect(at({ validUntil: NOW - 8 * DAY })).toMatch(/can no longer be held against it\.$/)
})

test('what is staked and what is unbonding are two numbers; nothing is said to be nothing', () => {
  expect(holdingsInWords(holdings(), token)).toBe('500 LOC are staked, and 120 LOC are unbonding.')
  expect(holdingsInWords(holdings({ locks: [] }), token)).toBe('500 LOC are staked.')
  expect(holdingsInWords(holdings({ bonded: 0n, locks: [] }), token)).toContain('nothing to take')
})

describe('proofs against a wallet', () => {
  const proof = (state: SlashState['state']): SlashState => ({ id: '0x01', amount: tokens(1), state, resolveAt: NOW })

  it('come before all numbers, a slash before one that waits', () => {
    expect(alarmInWords([proof('waiting'), proof('slashed')])).toBe('This wallet was slashed.')
    expect(alarmInWords([proof('slashed'), proof('slashed')])).toBe('This wallet was slashed 2 times.')
    expect(alarmInWords([proof('waiting')])).toBe('A proof stands against this wallet.')
    expect(alarmInWords([proof('waiting'), proof('waiting')])).toBe('2 proofs stand against this wallet.')
  })

  it('that were refuted are told, and raise no alarm', () => {
    expect(alarmInWords([proof('released')])).toBeNull()
    expect(SLASH_TITLES.released).toBe('Refuted.')
  })
})
