import type { Locator, Page } from 'playwright-core'

/** One part of the Stake screen, by its heading. */
export function part(page: Page, name: string): Locator {
  return page.getByRole('region', { name, exact: true })
}

/** Yes to what was just put into words; the wallet's own prompt comes after it. */
export async function goOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Go on in the wallet' }).click()
}

/** Connects the wallet of that name, and has the faucet fill it. */
export async function connectAndFill(page: Page, wallet: string): Promise<void> {
  await page.getByRole('button', { name: wallet }).click()
  const own = part(page, 'Your wallet')
  await own.getByRole('button', { name: 'Get test money' }).click()
  await own.getByText('1,000').first().waitFor()
}

/** Delegates this device's key; with a cap, also for paying. Ends when the page says what the key may do. */
export async function delegate(page: Page, cap: string | null = null): Promise<void> {
  const key = part(page, 'This device’s key')
  if (cap !== null) {
    await key.getByRole('radio').last().check()
    await key.getByRole('textbox').fill(cap)
  }
  await key.getByRole('button', { name: 'Delegate this key' }).click()
  await goOn(page)
  await key.getByText('It may', { exact: true }).waitFor()
}

export async function stakeTokens(page: Page, amount: string): Promise<void> {
  const stake = part(page, 'Stake')
  await stake.getByRole('textbox').first().fill(amount)
  await stake.getByRole('button', { name: 'Stake', exact: true }).click()
  await goOn(page)
  await stake.getByText(`${amount} tLOCUS`).first().waitFor()
}

export async function allowPayments(page: Page, amount: string): Promise<void> {
  const payments = part(page, 'Pay for answers')
  await payments.getByRole('textbox').fill(amount)
  await payments.getByRole('button', { name: 'Allow', exact: true }).click()
  await goOn(page)
  await payments.getByText(`${amount} tLOCUS may still go`).waitFor()
}

/** One signature, then everything that was promised is paid out. */
export async function settle(page: Page): Promise<void> {
  const earned = part(page, 'Earned by this device')
  await earned.getByRole('button', { name: 'Settle with one signature' }).click()
  await goOn(page)
  await earned.getByText('There is nothing to settle.').waitFor()
}
