import { describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { DEVICE_KEY_ID, LAPTOP_KEY_ID, TRANSACTION, tokens, WALLET } from '../../doubles/sample-money.ts'
import { mountScene } from './mount-scene.ts'

const GO_ON = { name: 'Go on in the wallet' }

describe('without a wallet', () => {
  it('says in one sentence that all is free where the site has no chain', async () => {
    const { root } = mountScene('stake-no-chain')
    await expect.element(page.getByText(/names no chain, so all work on it is free/)).toBeVisible()
    expect(root.querySelectorAll('main button')).toHaveLength(0)
  })

  it('keeps the chain company only while it is shown', () => {
    const heard = { openStake: vi.fn(), leaveStake: vi.fn() }
    const { act } = mountScene('stake-wallets', heard)
    expect(heard.openStake).toHaveBeenCalledOnce()
    act(() => {
      location.hash = '#/ask'
      window.dispatchEvent(new HashChangeEvent('hashchange'))
    })
    expect(heard.leaveStake).toHaveBeenCalledOnce()
  })

  it('names the chain, and says that a test chain’s money is worth nothing', async () => {
    mountScene('stake-wallets')
    await expect.element(page.getByText('On Locus local chain (chain 31337), in LOC.')).toBeVisible()
    await expect.element(page.getByText('Test chain: its money is worth nothing')).toBeVisible()
  })

  it('shows the wallets that were found, and marks the one for trying', async () => {
    const connectWallet = vi.fn()
    const { root } = mountScene('stake-wallets', { connectWallet })
    const pictures = [...root.querySelectorAll<HTMLImageElement>('.wallets img')]
    expect(pictures.map(({ src }) => src.startsWith('data:image/'))).toEqual([true])
    await expect.element(page.getByText(/that this page makes for trying/)).toBeVisible()
    await page.getByRole('button', { name: 'Connect Rabby Wallet' }).click()
    expect(connectWallet).toHaveBeenCalledExactlyOnceWith('io.rabby')
  })

  it('fetches no picture for a wallet', () => {
    const { root, act } = mountScene('stake-wallets')
    const stranger = { id: 'x', name: 'X', icon: 'https://example.org/x.png', isTest: false }
    act((stores) => stores.stake.apply({ type: 'wallets', wallets: [stranger] }))
    expect(root.querySelectorAll('.wallets img')).toHaveLength(0)
  })

  it('says that nothing is lost', async () => {
    mountScene('stake-wallets')
    await expect.element(page.getByText(/nothing is lost without a wallet/)).toBeVisible()
    await expect.element(page.getByText(/nobody can be paid yet. Nothing is lost/)).toBeVisible()
  })

  it('may be tried again where it failed', async () => {
    const openStake = vi.fn()
    mountScene('stake-failed', { openStake })
    openStake.mockClear()
    await page.getByRole('button', { name: 'Try again' }).click()
    expect(openStake).toHaveBeenCalledOnce()
  })
})

describe('a delegation', () => {
  it('is shown in words before the wallet is asked', async () => {
    const delegateKey = vi.fn()
    mountScene('stake-connected', { delegateKey })
    await page.getByRole('radio', { name: /pay for answers up to/ }).click()
    await page.getByRole('textbox', { name: 'What it may spend, in all' }).fill('12.5')
    await page.getByRole('button', { name: 'Delegate this key' }).click()
    const words = page.getByRole('group', { name: 'Delegate this device’s key' })
    await expect.element(words).toHaveFocus()
    await expect
      .element(words)
      .toMatchTextContent(/sign one message.*up to 12\.5 LOC in all.*cannot move, stake or take out/)
    expect(delegateKey).not.toHaveBeenCalled()
    await words.getByRole('button', GO_ON).click()
    expect(delegateKey).toHaveBeenCalledExactlyOnceWith(tokens(12, 500))
  })

  it('may only earn, unless somebody says otherwise', async () => {
    const delegateKey = vi.fn()
    mountScene('stake-connected', { delegateKey })
    await page.getByRole('button', { name: 'Delegate this key' }).click()
    await page.getByRole('button', GO_ON).click()
    expect(delegateKey).toHaveBeenCalledExactlyOnceWith(0n)
  })

  it('is given up with Escape, and the keyboard is where it was', async () => {
    const delegateKey = vi.fn()
    mountScene('stake-connected', { delegateKey })
    const button = page.getByRole('button', { name: 'Delegate this key' })
    await button.click()
    await userEvent.keyboard('{Escape}')
    await expect.element(button).toHaveFocus()
    expect(delegateKey).not.toHaveBeenCalled()
  })

  it('can be revoked, on this device and on others', async () => {
    const revokeKey = vi.fn()
    mountScene('stake', { revokeKey })
    await page.getByRole('button', { name: 'Revoke the key 0x91…9191' }).click()
    await expect.element(page.getByRole('group', { name: /^Revoke/ })).toMatchTextContent(/one more week/)
    await page.getByRole('button', GO_ON).click()
    await page.getByRole('button', { name: 'Revoke the key 0x6b…6b6b' }).click()
    await page.getByRole('button', GO_ON).click()
    expect(revokeKey.mock.calls).toEqual([[LAPTOP_KEY_ID], [DEVICE_KEY_ID]])
  })
})

describe('a new key', () => {
  const MAKE = { name: 'Make a new key', exact: true }

  it('is offered where the old one has ended, and made after its words', async () => {
    const renewKey = vi.fn()
    mountScene('stake-key-ended', { renewKey })
    await expect.element(page.getByText(/A key is delegated once, for a month at most/)).toBeVisible()
    await page.getByRole('button', MAKE).click()
    const words = page.getByRole('group', MAKE)
    await expect.element(words).toHaveFocus()
    await expect
      .element(words)
      .toMatchTextContent(/No wallet is asked.*paid to its wallet, whenever you settle.*see a newcomer.*comes back/)
    expect(renewKey).not.toHaveBeenCalled()
    await words.getByRole('button', { name: 'Make a new key, and reload' }).click()
    expect(renewKey).toHaveBeenCalledOnce()
  })

  it('may be had instead of a key that still works, or not', async () => {
    const renewKey = vi.fn()
    mountScene('stake', { renewKey })
    const button = page.getByRole('button', MAKE)
    await button.click()
    await userEvent.keyboard('{Escape}')
    await expect.element(button).toHaveFocus()
    expect(renewKey).not.toHaveBeenCalled()
  })

  it('waits until nothing in this page needs the old one', async () => {
    const { act } = mountScene('stake-key-ended')
    act(({ contribute }) =>
      contribute.apply({ type: 'state', state: { state: 'paused', engine: null, reason: 'r', nextStep: 'n' } }),
    )
    await expect.element(page.getByText('To make a new key, stop contributing first.')).toBeVisible()
    expect(page.getByRole('button', MAKE).query()).toBeNull()
    act(({ contribute }) => contribute.apply({ type: 'state', state: { state: 'idle' } }))
    await expect.element(page.getByRole('button', MAKE)).toBeVisible()
  })

  it('waits for a wallet where the old one is owed something', async () => {
    mountScene('stake-key-owed')
    await expect.element(page.getByText(/it is owed 3\.482 LOC, which nobody could be paid after that/)).toBeVisible()
    expect(page.getByRole('button', MAKE).query()).toBeNull()
  })

  it('says why it was not made', async () => {
    const { act } = mountScene('stake-key-ended')
    const error = { code: 'lease/key-in-use', message: 'Another tab has it.', nextStep: 'Close it.' } as const
    const step = { state: 'failed', error } as const
    act((stores) => stores.stake.apply({ type: 'task', task: { kind: 'renew-key', subject: null, step } }))
    await expect.element(page.getByText('lease/key-in-use')).toBeVisible()
  })
})

describe('stake', () => {
  it('takes an amount, all of it, or nothing that makes no sense', async () => {
    const stakeTokens = vi.fn()
    mountScene('stake', { stakeTokens })
    const field = page.getByRole('textbox', { name: 'Stake more' })
    const press = page.getByRole('button', { name: 'Stake', exact: true })
    for (const [text, problem] of [
      ['1,5', 'Write digits'],
      ['-1', 'below zero'],
      ['1250.500000000000000001', 'more than the 1,250.5 LOC'],
      ['0.1234567890123456789', '18 digits'],
      ['', 'Write an amount first'],
    ] as const) {
      await field.fill(text)
      await press.click()
      await expect.element(page.getByRole('alert')).toMatchTextContent(new RegExp(problem))
      await expect.element(field).toHaveFocus()
    }
    await page.getByRole('button', { name: 'Max of 1,250.5 LOC' }).click()
    await expect.element(field).toHaveValue('1250.5')
    await userEvent.type(field, '{Enter}')
    await expect.element(page.getByRole('group', { name: 'Stake' })).toMatchTextContent(/exactly 1,250\.5 LOC/)
    await page.getByRole('button', GO_ON).click()
    expect(stakeTokens).toHaveBeenCalledExactlyOnceWith(tokens(1_250, 500))
  })

  it('comes out through a lock with a date', async () => {
    const heard = { unbondTokens: vi.fn(), withdrawTokens: vi.fn() }
    mountScene('stake', heard)
    await page.getByRole('textbox', { name: 'Take out' }).fill('500')
    await page.getByRole('button', { name: 'Unbond' }).click()
    await page.getByRole('button', GO_ON).click()
    expect(heard.unbondTokens).toHaveBeenCalledExactlyOnceWith(tokens(500))
    await expect
      .element(page.getByRole('list', { name: 'Unbonding' }))
      .toMatchTextContent(/20 LOC, can be taken out.*100 LOC, locked until/)
    await page.getByRole('button', { name: 'Take out 20 LOC' }).click()
    expect(heard.withdrawTokens).toHaveBeenCalledOnce()
  })

  it('shows what was proved against the wallet', async () => {
    const claimReward = vi.fn()
    mountScene('stake-slashed', { claimReward })
    const slashes = page.getByRole('list', { name: 'Proofs against this wallet' })
    await expect
      .element(slashes)
      .toMatchTextContent(/62 LOC are set aside.*70 LOC were taken.*12\.005 LOC were given back/)
    await page.getByRole('button', { name: 'Claim them' }).click()
    expect(claimReward).toHaveBeenCalledOnce()
  })

  it('never hides its risk', async () => {
    mountScene('stake-wallets')
    await expect.element(page.getByText(/at most a tenth for one proven event/)).toBeVisible()
    await expect.element(page.getByText(/the majority of a committee drawn by lot, which you trust/)).toBeVisible()
  })
})

describe('earnings and payments', () => {
  it('settle with one signature, after its words', async () => {
    const settleEarnings = vi.fn()
    mountScene('stake', { settleEarnings })
    await page.getByRole('button', { name: 'Settle with one signature' }).click()
    await expect
      .element(page.getByRole('group', { name: 'Settle' }))
      .toMatchTextContent(/37 receipts.*3\.482 LOC, to your wallet/)
    await page.getByRole('button', GO_ON).click()
    expect(settleEarnings).toHaveBeenCalledOnce()
  })

  it('may take from the wallet what was allowed, and close what is open', async () => {
    const heard = { allowPayments: vi.fn(), requestClose: vi.fn(), finalizeClose: vi.fn() }
    mountScene('stake', heard)
    await page.getByRole('textbox', { name: 'Allow payments of' }).fill('3')
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.getByRole('button', GO_ON).click()
    expect(heard.allowPayments).toHaveBeenCalledExactlyOnceWith(tokens(3))
    await page.getByRole('button', { name: /^Close/ }).click()
    await page.getByRole('button', { name: /^Take back the rest/ }).click()
    expect([heard.requestClose.mock.calls.length, heard.finalizeClose.mock.calls.length]).toEqual([1, 1])
  })
})

describe('what comes of a press', () => {
  it('is told where it was pressed, and read out', async () => {
    const { act } = mountScene('stake')
    const told = (state: 'asking' | 'declined') =>
      act((stores) => stores.stake.apply({ type: 'task', task: { kind: 'stake', subject: null, step: { state } } }))
    told('asking')
    await expect.element(page.getByRole('status').filter({ hasText: 'Your wallet is asking you' })).toBeVisible()
    told('declined')
    await expect
      .element(page.getByRole('status').filter({ hasText: 'Nothing was staked, and nothing left your wallet.' }))
      .toBeVisible()
  })

  it('is waited for: meanwhile nothing else can be pressed, and no place is lost', async () => {
    const heard = { withdrawTokens: vi.fn(), disconnectWallet: vi.fn() }
    const { act } = mountScene('stake', heard)
    const button = page.getByRole('button', { name: 'Take out 20 LOC' })
    await button.click()
    act((stores) =>
      stores.stake.apply({ type: 'task', task: { kind: 'withdraw', subject: null, step: { state: 'asking' } } }),
    )
    await expect.element(button).toHaveAttribute('aria-disabled', 'true')
    await userEvent.dblClick(button, { force: true })
    await expect.element(button).toHaveFocus()
    expect(heard.withdrawTokens).toHaveBeenCalledOnce()
  })

  it('shows a failure with its code and its next step', async () => {
    mountScene('stake-refused')
    await expect.element(page.getByText('Nothing has left your wallet. Try again later.')).toBeVisible()
    await expect.element(page.getByText('chain/reverted')).toBeVisible()
    await expect.element(page.getByText(/what is shown here is older/)).toBeVisible()
  })

  it('is followed until the chain is sure', async () => {
    const { act } = mountScene('stake-following')
    const log = page.getByRole('log', { name: 'Transactions' })
    await expect.element(log).toMatchTextContent(/Stake: safe.*Delegation: taken out by the chain.*Unbonding: final/)
    act((stores) =>
      stores.stake.apply({ type: 'transaction', kind: 'stake', transaction: TRANSACTION, level: 'finalized' }),
    )
    await expect.element(log).toMatchTextContent(/Stake: final\./)
  })
})

it('lets the address of the wallet be copied, and the wallet go', async () => {
  const disconnectWallet = vi.fn()
  mountScene('stake', { disconnectWallet })
  const address = page.getByRole('button', { name: 'Copy address of your wallet: 0x8b…BA72' })
  await expect.element(address).toHaveAttribute('title', WALLET)
  await page.getByRole('button', { name: 'Disconnect' }).click()
  expect(disconnectWallet).toHaveBeenCalledOnce()
})
