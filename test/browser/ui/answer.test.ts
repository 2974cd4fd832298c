import { expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import type { AskState, Stores } from '../../../src/stores/index.ts'
import { CONDEMNED } from '../../doubles/sample-audits.ts'
import { BUNDLE, locus, PEER } from '../../doubles/sample-locus.ts'
import { mountScene } from './mount-scene.ts'

const CONNECTION = { transport: 'webrtc', limited: false, remoteAddr: '/webrtc' } as const
const ACCEPTED: AskState = { state: 'accepted', locus: locus(), finish: 'length', bundle: BUNDLE }

function streaming(tokens: number): AskState {
  return {
    state: 'streaming',
    peerId: PEER,
    connection: CONNECTION,
    tokens,
    committed: 32 * Math.floor(tokens / 32),
    legs: 1,
  }
}

function tell(stores: Stores, state: AskState, text?: string): void {
  stores.ask.apply({ type: 'event', id: 'a', at: 1, event: { type: 'state', state } })
  if (text !== undefined) stores.ask.apply({ type: 'event', id: 'a', at: 1, event: { type: 'text', text } })
}

it('shows what looks like HTML as the text that it is, white space included', async () => {
  const { root, act } = mountScene('streaming')
  const hostile = ' <img src=x onerror="document.title=1">\n\n  <script>1</script>'
  act((stores) => tell(stores, streaming(40), hostile))
  expect(root.querySelector('.story-answer')?.textContent).toBe(hostile)
  expect(root.querySelector('article img, article script')).toBeNull()
})

it.for([390, 1280])(
  'keeps the story in its place from the first token to the verdict, %i pixels wide',
  async (width) => {
    await page.viewport(width, 844)
    const { root, act } = mountScene('streaming')
    const top = () => root.querySelector('.story')?.getBoundingClientRect().top
    const first = top()
    expect(first).toBeGreaterThan(0)
    const states = [
      streaming(64),
      streaming(96),
      { state: 'checking' },
      { state: 'drawing', round: 32_402_118, dueAt: Date.now() + 3_000 },
      { state: 'attesting', verifiers: 15, committed: 2, revealed: 0 },
      ACCEPTED,
    ] as const
    for (const state of states) {
      act((stores) => tell(stores, state, ' and so on'.repeat(40)))
      expect(top(), state.state).toBe(first)
    }
  },
)

it('reads out changes of state, and nothing for each token', () => {
  const { root, act } = mountScene('streaming')
  const live = () =>
    [...root.querySelectorAll('[role=status], [role=alert], [aria-live]')].map((each) => each.textContent)
  const before = live()
  act((stores) => tell(stores, streaming(72), ' one more'))
  expect(live()).toEqual(before)
  act((stores) => tell(stores, ACCEPTED))
  expect(live()).not.toEqual(before)
  expect(live().join(' ')).toContain('Checked, identical')
})

it('writes in pencil until the check has passed', () => {
  const { root, act } = mountScene('streaming')
  const colour = () => getComputedStyle(root.querySelector('.story-answer') ?? root).color
  const ink = getComputedStyle(root.querySelector('.story') ?? root).color
  expect(colour()).not.toBe(ink)
  const answer = () => root.querySelector('.story-answer')?.getAttribute('data-checked')
  expect(answer()).toBe('false')
  const unsure = locus({ verdict: { verdict: 'inconclusive', reason: 'check/other-cell', statistic: '' } })
  act((stores) => tell(stores, { ...ACCEPTED, locus: unsure }))
  expect(answer()).toBe('false')
  act((stores) => tell(stores, ACCEPTED))
  expect(answer()).toBe('true')
})

it('shows the locus of an accepted answer and hands out its evidence', async () => {
  const saveEvidence = vi.fn()
  const checkAgain = vi.fn()
  mountScene('accepted', { saveEvidence, checkAgain })
  const region = page.getByRole('region', { name: 'Locus of this answer' })
  await expect.element(region).toMatchTextContent(/96 of 96 tokens and 3 of 3 segments identical\./)
  await expect.element(region.getByRole('img')).toHaveAccessibleName('3 segments: 3 identical')
  await page.getByRole('button', { name: 'Download evidence' }).click()
  await page.getByRole('button', { name: 'Check it yourself' }).click()
  expect(saveEvidence).toHaveBeenCalledExactlyOnceWith(locus().jobId, BUNDLE)
  expect(checkAgain).toHaveBeenCalledExactlyOnceWith('a')
})

it('counts down to the draw without reading a number out', async () => {
  const { root, act } = mountScene('streaming')
  act((stores) => tell(stores, { state: 'drawing', round: 1, dueAt: Date.now() + 60_000 }))
  const status = page.getByRole('status').filter({ hasText: 'Waiting for the lot' })
  await expect.element(status).not.toMatchTextContent(/\d/)
  const running = root.querySelector('.countdown-running')
  expect(running?.getAttribute('aria-hidden')).toBe('true')
  expect(running?.textContent).toMatch(/^in (59|60) s$/)
  expect(root.querySelector('.countdown time')?.textContent).toMatch(/^due at /)
  act((stores) => tell(stores, { state: 'drawing', round: 1, dueAt: Date.now() - 1 }))
  await expect.element(page.getByText('any moment now')).toBeVisible()
})

it('shows how many verdicts are sealed and opened, and lets the person not wait for them', async () => {
  const stopAnswer = vi.fn()
  const { act } = mountScene('attesting', { stopAnswer })
  const marks = page.getByRole('img', { name: '3 verifiers: 2 with a sealed verdict, 1 of them opened' })
  await expect.element(marks).toBeVisible()
  await page.getByRole('button', { name: 'Don’t wait' }).click()
  expect(stopAnswer).toHaveBeenCalledExactlyOnceWith('a')
  act((stores) => stores.ask.apply({ type: 'stopping', id: 'a' }))
  await expect.element(page.getByRole('status').filter({ hasText: 'Going on without the others.' })).toBeVisible()
})

it('shows on request where an answer that was not used went wrong, and hands out the evidence against it', async () => {
  const saveEvidence = vi.fn()
  mountScene('rejected-by-committee', { saveEvidence })
  await page.getByText('Where it went wrong').click()
  const region = page.getByRole('region', { name: 'Locus of an answer that was not used' })
  await expect.element(region.getByText('Found wrong by a committee')).toBeVisible()
  await page.getByRole('button', { name: 'Save the evidence against it' }).click()
  expect(saveEvidence).toHaveBeenCalledExactlyOnceWith(CONDEMNED.jobId, BUNDLE)
})

it('stops an answer once', async () => {
  const stopAnswer = vi.fn()
  const { act } = mountScene('streaming', { stopAnswer })
  const stop = page.getByRole('button', { name: 'Stop' })
  await stop.click()
  expect(stopAnswer).toHaveBeenCalledExactlyOnceWith('a')
  act((stores) => stores.ask.apply({ type: 'stopping', id: 'a' }))
  await expect.element(stop).toBeDisabled()
})

it('tells why another answer was not used, beside the one that was', async () => {
  mountScene('rejected-then-accepted')
  await expect
    .element(page.getByRole('list', { name: 'Answers that were not used' }))
    .toMatchTextContent(/Its tokens do not follow from the model/)
})

it('says after a failure what to do, and offers to ask again', async () => {
  const ask = vi.fn()
  mountScene('ask-failed', { ask })
  await expect.element(page.getByText('Ask again later, or open Contribute on another device.')).toBeVisible()
  await page.getByRole('button', { name: 'Ask again' }).click()
  expect(ask).toHaveBeenCalledExactlyOnceWith('Once upon a time there was an old cat who', {
    temperatureMilli: 800,
    maxTokens: 96,
    payment: null,
  })
})

it('shows what an answer costs while it comes, outside of what is read out', async () => {
  mountScene('streaming-paid')
  const spent = page.getByText('Spent 0.000142 LOC of at most 0.05 LOC')
  await expect.element(spent).toBeVisible()
  expect(spent.element().closest('[role=status]')).toBeNull()
})

it('says what was paid among everything known about an answer', async () => {
  mountScene('accepted-paid')
  await page.getByText('Everything known about this answer').click()
  await expect.element(page.getByText(/0\.000142 LOC, of at most 0\.05 LOC\. The price was/)).toBeVisible()
})
