import { describe, expect, it, test } from 'vitest'
import type { StakeTask, StakeTaskKind, TransactionLevel } from '../../../../src/stores/index.ts'
import { channelInWords, channelStepOf } from '../../../../src/ui/wording/channel-wording.ts'
import { coinInWords } from '../../../../src/ui/wording/coin-wording.ts'
import { closingInWords, promisedInWords, settleableInWords } from '../../../../src/ui/wording/earnings-wording.ts'
import { paidInWords, priceInWords, spendingInWords } from '../../../../src/ui/wording/price-wording.ts'
import {
  allowancePrompt,
  delegationPrompt,
  revokePrompt,
  settlePrompt,
  stakePrompt,
  unbondPrompt,
} from '../../../../src/ui/wording/prompt-wording.ts'
import { permissionsInWords, sessionStatusInWords } from '../../../../src/ui/wording/session-wording.ts'
import { SLASH_IN_SHORT, SLASH_RULES, slashInWords } from '../../../../src/ui/wording/slash-wording.ts'
import { stakeTaskInWords, transactionInWords } from '../../../../src/ui/wording/stake-task-wording.ts'
import {
  CHANNEL_ID,
  channel,
  earnings,
  NETWORK,
  NOW,
  OTHER_WALLET,
  tokens,
  WALLET,
} from '../../../doubles/sample-money.ts'

const { token } = NETWORK
const PRICE = { perPromptToken: 500_000_000_000n, perToken: 2_000_000_000_000n }
const PAID = {
  kind: 'paid',
  channelId: CHANNEL_ID,
  price: PRICE,
  spent: 142_000_000_000_000n,
  deposit: tokens(5),
  maxAmount: tokens(0, 50),
} as const

describe('before the wallet asks', () => {
  it('a delegation says what it allows, up to how much, and what can be held against one', () => {
    const { asks, allows, never } = delegationPrompt(tokens(25), NOW, true, token)
    expect(asks).toContain('sign one message')
    expect(allows).toMatch(/up to 25 LOC in all.*September 2026/)
    expect(never).toMatch(/cannot move, stake or take out.*held against your stake until a week/)
    expect(delegationPrompt(0n, NOW, false, token).asks).toContain('You pay the network fee')
    expect(delegationPrompt(0n, NOW, false, token).never).toContain('nor pay with them')
  })

  it('every amount is exact', () => {
    const odd = tokens(1) + 1n
    for (const { allows } of [
      stakePrompt(odd, true, token),
      unbondPrompt(odd, token),
      allowancePrompt(odd, true, token),
    ]) {
      expect(allows).toContain('1.000000000000000001 LOC')
    }
  })

  it('whoever pays the network fee is named', () => {
    expect(stakePrompt(1n, true, token).asks).toContain('This site hands it in and pays')
    expect(stakePrompt(1n, false, token).asks).toContain('You pay')
    expect(allowancePrompt(1n, false, token).asks).toContain('you pay')
    expect(revokePrompt().asks).toContain('Your wallet pays')
  })

  it('a revocation does not undo what was signed, nor unbonding what was done', () => {
    expect(revokePrompt().never).toContain('one more week')
    expect(unbondPrompt(1n, token).never).toContain('what you did before')
  })

  it('a settlement says what it pays, and that it vouches for receipts', () => {
    const { asks, allows, never } = settlePrompt(earnings({ unsettledReceipts: 1, claimable: tokens(2) }), true, token)
    expect([asks, allows]).toEqual([expect.stringContaining('one receipt'), expect.stringContaining('2 LOC')])
    expect(never).toContain('a false one')
  })
})

describe('what came of a press', () => {
  const KINDS: StakeTaskKind[] = [
    'connect',
    'test-money',
    'delegate',
    'revoke',
    'stake',
    'unbond',
    'withdraw',
    'claim-reward',
    'allow-payments',
    'request-close',
    'finalize-close',
    'settle',
    'renew-key',
  ]

  it('a no is followed by how things stand', () => {
    for (const kind of KINDS) {
      const words = stakeTaskInWords({ kind, subject: null, step: { state: 'declined' } })
      expect(words).toMatch(/^You said no in your wallet\. [A-Z].+\.$/)
    }
  })

  it('every step but a failure says something', () => {
    for (const state of ['preparing', 'asking', 'sending', 'done', 'nothing'] as const) {
      for (const kind of KINDS) expect(stakeTaskInWords({ kind, subject: null, step: { state } })).not.toBe('')
    }
    const error = { code: 'chain/reverted', message: 'm', nextStep: 'n' } as const
    const failed: StakeTask = { kind: 'stake', subject: null, step: { state: 'failed', error } }
    expect(stakeTaskInWords(failed)).toBe('')
  })

  it('a transaction is not called done before it is final', () => {
    const at = (level: TransactionLevel) => transactionInWords({ kind: 'stake', transaction: '0x', level })
    expect(at('seen')).toContain('may still replace')
    expect(at('dropped')).toContain('has not happened')
    expect(at('finalized')).toBe('Stake: final.')
  })
})

describe('keys', () => {
  it('say what they may', () => {
    expect(permissionsInWords({ serve: true, verify: true, pay: true }, tokens(25), token)).toMatch(
      /^sign the answers.*up to 25 LOC in all$/,
    )
    expect(permissionsInWords({ serve: false, verify: false, pay: false }, 0n, token)).toBe('sign nothing')
  })

  it('say until when, and what a revoked one still answers for', () => {
    expect(sessionStatusInWords({ status: 'active', until: NOW })).toContain('Until')
    expect(sessionStatusInWords({ status: 'waiting', from: NOW })).toContain('From')
    expect(sessionStatusInWords({ status: 'accountable', isRevoked: true, until: NOW })).toMatch(
      /^Revoked.*held against/,
    )
    expect(sessionStatusInWords({ status: 'over', isRevoked: false })).toBe('Expired, and done with')
  })
})

describe('what an answer costs', () => {
  it('is told by the thousand tokens', () => {
    expect(priceInWords(PRICE, token)).toBe(
      '0.002 LOC for 1,000 tokens of the answer, 0.0005 LOC for 1,000 of the opening',
    )
    expect(priceInWords({ ...PRICE, perPromptToken: 0n }, token)).toContain('the opening for nothing')
  })

  it('runs while it comes, and begins at nothing', () => {
    expect(spendingInWords(null, tokens(1), token)).toBe('Spent 0 LOC of at most 1 LOC')
    expect(spendingInWords(PAID, tokens(1), token)).toContain('Spent 0.000142 LOC')
    expect(spendingInWords({ ...PAID, kind: 'free' }, tokens(1), token)).toContain('Spent 0 LOC')
  })

  it('counts credits that are worth nothing as nothing', () => {
    expect(paidInWords(PAID, token)).toMatch(/^0\.000142 LOC, of at most 0\.05 LOC\. The price was/)
    expect([paidInWords(null, token), paidInWords({ ...PAID, kind: 'free' }, token)]).toEqual([
      'Nothing. It was answered for free.',
      'Nothing. It was answered for free.',
    ])
    expect(paidInWords({ ...PAID, spent: 0n }, token)).toContain('No voucher')
  })
})

describe('earnings', () => {
  it('say why nothing can be settled, and that nothing is lost', () => {
    const nothing = earnings({ pending: 0n, unsettledReceipts: 0 })
    expect(settleableInWords(nothing, WALLET)).toBe('There is nothing to settle.')
    expect(settleableInWords(earnings({ payee: null }), null)).toContain('Nothing is lost')
    expect(settleableInWords(earnings(), null)).toContain('Connect')
    expect(settleableInWords(earnings(), OTHER_WALLET)).toContain('Switch')
    expect(settleableInWords(earnings(), WALLET.toLowerCase())).toBeNull()
    const unclaimed = earnings({ claimable: 0n, unsettledReceipts: 0 })
    expect(settleableInWords(unclaimed, WALLET)).toBe('There is nothing to settle.')
  })

  it('of an earlier key and of this one are told apart', () => {
    expect(promisedInWords(earnings(), token)).toBe('3.482 LOC, not paid out yet')
    expect(promisedInWords(earnings({ claimable: tokens(3) }), token)).toContain('0.482 LOC of it once a wallet')
    const [one] = earnings().channels
    if (one === undefined) throw new TypeError('the sample has a channel')
    const shared = earnings({ channels: [one, { ...one, payee: OTHER_WALLET }] })
    expect(settlePrompt(earnings(), true, token).allows).toContain('to your wallet')
    expect(settlePrompt(shared, true, token).allows).toContain('each to the wallet behind the key that earned it')
  })

  it('warn before a payer takes back what was not claimed', () => {
    const [one] = earnings().channels
    if (one === undefined) throw new TypeError('the sample has a channel')
    expect(closingInWords([one], token)).toBeNull()
    expect(closingInWords([{ ...one, closesAt: NOW }], token)).toMatch(/^A payer closes.*3\.482 LOC may go back/)
    expect(closingInWords([{ ...one, closesAt: NOW, settled: one.promised }], token)).toBeNull()
    const two = [
      { ...one, closesAt: NOW },
      { ...one, closesAt: NOW + 1 },
    ]
    expect(closingInWords(two, token)).toContain('2 payers')
  })
})

test('a channel can be closed, waited for, and taken back, each in its time', () => {
  const at = (onChain: ReturnType<typeof channel> | null) => ({ channelId: CHANNEL_ID, promised: tokens(1), onChain })
  const asked = channel({ closeRequestedAt: NOW - 100, challengeSeconds: 50 })
  const waiting = channel({ closeRequestedAt: NOW - 100, challengeSeconds: 500 })
  const states = [at(channel()), at(waiting), at(asked), at(channel({ isClosed: true })), at(null)]
  expect(states.map((each) => channelStepOf(each, NOW))).toEqual(['request', 'wait', 'finalize', 'wait', 'wait'])
  expect(states.map((each) => channelInWords(each, NOW, token))).toEqual([
    'Spent 1 LOC of 5 LOC.',
    expect.stringContaining('can claim until'),
    expect.stringContaining('It can be closed'),
    expect.stringMatching(/^Closed\./),
    expect.stringContaining('does not know it yet'),
  ])
})

test('the risk of a stake names its bound, its delay and whom one trusts', () => {
  expect(SLASH_IN_SHORT).toMatch(/at most a tenth.*days after.*majority of a committee/)
  expect(SLASH_RULES.map(({ title }) => title)).toContain('What you trust')
  const slash = { id: '0x01', amount: tokens(62), resolveAt: NOW } as const
  expect(slashInWords({ ...slash, state: 'waiting' }, token)).toMatch(/62 LOC are set aside.*unless it is refuted/)
  expect(slashInWords({ ...slash, state: 'slashed' }, token)).toContain('taken')
  expect(slashInWords({ ...slash, state: 'released' }, token)).toContain('given back')
})

test('no coin for fees is said, and what follows from it', () => {
  expect(coinInWords(10n ** 16n, true)).toContain('0.01')
  expect(coinInWords(0n, false)).toContain('network fees are paid in')
  expect(coinInWords(0n, true)).toContain('this site hands in')
})
