import { text } from 'node:stream/consumers'
import type { Locator, Page } from 'playwright-core'
import type { Bundle } from '../../src/protocol/receipt/bundle.ts'
import { bundleFromJson } from '../../src/protocol/receipt/bundle-file.ts'

const ANSWER_TIMEOUT_MS = 110_000

export interface Question {
  prompt: string
  temperatureMilli?: number
  /** A multiple of 32, as the slider has it. */
  maxTokens?: number
}

/** Types the question and sends it; the answer's article is the newest one. */
export async function ask(page: Page, { prompt, temperatureMilli, maxTokens }: Question): Promise<Locator> {
  const settings = page.locator('details.ask-settings')
  if ((await settings.getAttribute('open')) === null) await settings.locator('summary').click()
  const [creativity, length] = [settings.locator('input').nth(0), settings.locator('input').nth(1)]
  if (temperatureMilli !== undefined) await creativity.fill(String(temperatureMilli))
  if (maxTokens !== undefined) await length.fill(String(maxTokens))
  const before = await page.locator('article.answer').count()
  await page.getByLabel('How does it begin?').fill(prompt)
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.locator('article.answer').nth(before).waitFor()
  return page.locator('article.answer').first()
}

/** Waits until the answer has ended; rejects with what the page says if it failed. */
export async function accepted(answer: Locator): Promise<void> {
  const page = answer.page()
  const ended = page
    .locator('article.answer')
    .first()
    .and(page.locator('[data-state="accepted"], [data-state="failed"]'))
  await ended.waitFor({ timeout: ANSWER_TIMEOUT_MS })
  if ((await answer.getAttribute('data-state')) === 'accepted') return
  throw new Error(`The answer failed: ${await answer.innerText()}`)
}

/** What "Download evidence" saves. */
export async function evidenceOf(answer: Locator): Promise<{ json: string; bundle: Bundle }> {
  const download = answer.page().waitForEvent('download')
  await answer.getByRole('button', { name: 'Download evidence' }).click()
  const json = await text(await (await download).createReadStream())
  return { json, bundle: bundleFromJson(json) }
}

/** The answer's text without its opening. */
export async function textOf(answer: Locator): Promise<string> {
  return (await answer.locator('.story-answer').textContent()) ?? ''
}
