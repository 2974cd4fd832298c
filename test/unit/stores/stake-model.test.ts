import { describe, expect, it, test } from 'vitest'
import { SCOPE_PAY, SCOPE_SERVE, SCOPE_VERIFY } from '../../../src/protocol/channel/delegation.ts'
import { mayPay, permissionsOf, sessionStatusOf } from '../../../src/stores/session-status.ts'
import { foldStake, INITIAL_STAKE, isBusy, type StakeInput, type StakeModel } from '../../../src/stores/stake-model.ts'
import { holdings, NOW, OTHER_WALLET, session, WALLET } from '../../doubles/sample-money.ts'

const DAY = 86_400

function folded(...inputs: StakeInput[]): StakeModel {
  return inputs.reduce(foldStake, INITIAL_STAKE)
}

const CONNECTED: StakeInput = { type: 'account', account: { walletId: 'a', address: WALLET } }
const HOLDINGS: StakeInput = { type: 'holdings', holdings: holdings(), sessions: [] }

describe('what a wallet has', () => {
  it('is shown while that wallet is connected, in whatever case its address is written', () => {
    const lower = { ...holdings(), wallet: WALLET.toLowerCase() as typeof WALLET }
    expect(folded(CONNECTED, { type: 'holdings', holdings: lower, sessions: [] }).holdings).toEqual(lower)
  })

  it('says nothing of another wallet, also when it comes late', () => {
    const other: StakeInput = { type: 'account', account: { walletId: 'a', address: OTHER_WALLET } }
    expect(folded(CONNECTED, HOLDINGS, other)).toMatchObject({ holdings: null, sessions: null })
    expect(folded(CONNECTED, other, HOLDINGS).holdings).toBeNull()
  })

  it('goes when the wallet goes', () => {
    const gone = folded(CONNECTED, HOLDINGS, { type: 'account', account: null })
    expect(gone).toMatchObject({ account: null, holdings: null })
    expect(foldStake(gone, HOLDINGS).holdings).toBeNull()
  })

  it('stays when the same wallet is told again', () => {
    expect(folded(CONNECTED, HOLDINGS, CONNECTED).holdings).not.toBeNull()
  })
})

test('a press is under way until it has ended', () => {
  const at = (state: 'preparing' | 'asking' | 'sending' | 'done' | 'declined' | 'nothing') =>
    isBusy({ kind: 'stake', subject: null, step: { state } })
  expect((['preparing', 'asking', 'sending', 'done', 'declined', 'nothing'] as const).map(at)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ])
  expect(isBusy(null)).toBe(false)
})

test('transactions are kept newest first, and each changes in its place', () => {
  const told = (transaction: `0x${string}`, level: 'pending' | 'seen' | 'dropped'): StakeInput => ({
    type: 'transaction',
    kind: 'stake',
    transaction,
    level,
  })
  const { transactions } = folded(told('0x01', 'pending'), told('0x02', 'pending'), told('0x01', 'seen'))
  expect(transactions.map(({ transaction, level }) => [transaction, level])).toEqual([
    ['0x02', 'pending'],
    ['0x01', 'seen'],
  ])
})

test('what stands behind a key stays known while it is looked up anew, and where that fails', () => {
  const known = { session: null, holdings: null, at: NOW }
  const error = { code: 'chain/unreachable', message: 'm', nextStep: 'n' } as const
  const looking: StakeInput = { type: 'looking-behind', keys: ['5e', 'b7'] }
  const { backings } = folded(looking, { type: 'behind', key: '5e', known }, looking, {
    type: 'not-behind',
    keys: ['b7'],
    error,
  })
  expect(backings).toEqual({
    '5e': { look: { state: 'looking' }, known },
    b7: { look: { state: 'failed', error }, known: null },
  })
})

describe('a session', () => {
  it('is active between its dates, and accountable a week longer', () => {
    const at = (now: number) => sessionStatusOf(session({ validAfter: NOW, validUntil: NOW + DAY }), now).status
    expect([NOW - 1, NOW, NOW + DAY - 1, NOW + DAY, NOW + 8 * DAY - 1, NOW + 8 * DAY].map(at)).toEqual([
      'waiting',
      'active',
      'active',
      'accountable',
      'accountable',
      'over',
    ])
  })

  it('ends when it is revoked, and not later than it would have', () => {
    const revoked = session({ revokedAt: NOW, validUntil: NOW + DAY })
    expect(sessionStatusOf(revoked, NOW)).toEqual({ status: 'accountable', isRevoked: true, until: NOW + 7 * DAY })
    expect(sessionStatusOf(revoked, NOW - 60).status).toBe('accountable')
    const late = session({ revokedAt: NOW + 3 * DAY, validUntil: NOW })
    expect(sessionStatusOf(late, NOW)).toMatchObject({ until: NOW + 7 * DAY })
  })

  it('may what the bits of its scope say, as the contracts read them', () => {
    expect(permissionsOf({ scope: SCOPE_SERVE })).toEqual({ serve: true, verify: false, pay: false })
    expect(permissionsOf({ scope: SCOPE_VERIFY })).toEqual({ serve: false, verify: true, pay: false })
    expect(permissionsOf({ scope: SCOPE_PAY | SCOPE_SERVE })).toEqual({ serve: true, verify: false, pay: true })
  })

  it('pays while it is active, and not a moment longer', () => {
    expect(mayPay(session(), NOW)).toBe(true)
    expect(mayPay(session({ scope: SCOPE_SERVE }), NOW)).toBe(false)
    expect(mayPay(session({ revokedAt: NOW - 1 }), NOW)).toBe(false)
    expect(mayPay(session({ validUntil: NOW }), NOW)).toBe(false)
  })
})
