import type { Page } from 'playwright-core'

const START_TIMEOUT_MS = 240_000

/** Presses Contribute and waits until the page is ready for jobs. Rejects with what the page says if it failed instead. */
export async function contribute(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Contribute', exact: true }).click()
  await waitForDial(page, 'ready')
}

/** Waits for the dial's state: one of `ContributeState`'s. Rejects early when the page has failed. */
export async function waitForDial(page: Page, state: string): Promise<void> {
  const dial = page.locator(`.dial[data-state="${state}"], .dial[data-state="failed"]`)
  await dial.first().waitFor({ timeout: START_TIMEOUT_MS })
  if ((await dial.first().getAttribute('data-state')) === state) return
  throw new Error(`The contributor failed: ${await page.locator('main').innerText()}`)
}

export async function stopContributing(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await waitForDial(page, 'idle')
}
