/**
 * `npm run demo -- "Once upon a time"`: one verified answer, end to end, on this machine. Two contributors (one-thread WASM, and
 * software WebGPU) and a requester, each a Chromium process of its own; the answer streams here, then its receipt, locus and check.
 * Exits 0 only if the check passed.
 */
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { build } from 'vite'
import { startDevnet } from '../../services/devnet/start-devnet.ts'
import { bundleOutputIds } from '../../src/protocol/receipt/bundle.ts'
import { contribute } from '../drive/contributor-page.ts'
import { type DrivenBrowser, openBrowser } from '../drive/open-browser.ts'
import { accepted, ask, evidenceOf } from '../drive/requester-page.ts'
import { printLocus } from './print-locus.ts'
import { streamText } from './stream-text.ts'

/** Three segments: the shortest answer that shows one following another. */
const MAX_TOKENS = 96
const TEMPERATURE_MILLI = 700
/** The seed is never ours to choose, so a story may end by itself before MAX_TOKENS; then another one is asked for. */
const MAX_ATTEMPTS = 5

const prompt = process.argv.slice(2).join(' ').trim() || 'Once upon a time'
const root = fileURLToPath(new URL('../../', import.meta.url))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

say('Building the page …')
await build({ root, logLevel: 'error' })
const devnet = await startDevnet({ folder: `${root}dist` })
const browsers: DrivenBrowser[] = []
const openOne = async (): Promise<DrivenBrowser> => {
  const browser = await openBrowser()
  browsers.push(browser)
  return browser
}

let passed = false
try {
  say('Starting two contributors, each in a browser of its own …')
  const [wasm, gpu] = await Promise.all([
    (await openOne()).open(devnet.pageUrl, 'contribute', '?provider=referee'),
    (await openOne()).open(devnet.pageUrl, 'contribute'),
  ])
  await contribute(wasm.page)
  say(`  one-thread WASM  ${await summaryOf(wasm.page)}`)
  await contribute(gpu.page)
  say(`  WebGPU           ${await summaryOf(gpu.page)}`)

  const requester = await (await openOne()).open(devnet.pageUrl, 'ask')
  say('Asking from a third browser:')
  for (let attempt = 1; attempt <= MAX_ATTEMPTS && !passed; attempt++) {
    const answer = await ask(requester.page, { prompt, temperatureMilli: TEMPERATURE_MILLI, maxTokens: MAX_TOKENS })
    process.stdout.write(`\n${prompt}`)
    await streamText(answer, (text) => process.stdout.write(text))
    await accepted(answer)
    say('\n')
    const { bundle } = await evidenceOf(answer)
    const tokens = bundleOutputIds(bundle).length
    if (tokens < MAX_TOKENS && attempt < MAX_ATTEMPTS) {
      say(`This story found its own end after ${tokens} tokens. Asking for a longer one.`)
      continue
    }
    await answer.locator('.locus summary').click()
    const sentence = await answer.locator('.locus-sentence').innerText()
    passed = printLocus(bundle, sentence, await answer.locator('.locus details').innerText(), say)
  }
} finally {
  await Promise.all(browsers.map((browser) => browser.close()))
  await devnet.stop()
}
process.exit(passed ? 0 : 1)

/** The page's own sentence about its self-test. */
async function summaryOf(page: Page): Promise<string> {
  return page
    .locator('dt', { hasText: 'Self-test' })
    .locator('xpath=following-sibling::dd[1]')
    .locator('p')
    .first()
    .innerText()
}
