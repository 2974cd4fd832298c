import { describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { mountScene } from './mount-scene.ts'
import { withChain } from './stake-scenes.ts'

const picture = (root: HTMLElement) => root.querySelector('.chains')
const stations = (root: HTMLElement) => [...root.querySelectorAll('.chain-title')].map((title) => title.textContent)

it('shows the way of an answer from its provider over the lot and those drawn to this device', () => {
  const { root } = mountScene('audited')
  expect(stations(root)).toEqual(['Peer 12D3…Qxx7', 'The draw', 'Peer 12D3…n9Kd', 'Peer 12D3…Pq9a', 'This device'])
  expect(picture(root)).toMatchTextContent(
    /drew 2 of 12 on the list\..*found it identical.*bit for bit.*within honest limits.*by limits/s,
  )
})

it('keeps the place of the others where there were none, and says why', () => {
  const { root } = mountScene('accepted')
  expect(stations(root)).toEqual(['Peer 12D3…Qxx7', 'Nobody else', 'This device'])
  expect(picture(root)).toMatchTextContent(/Nobody else is online who could check it\./)
})

it('says that the lottery did not fall on an answer, and how often it does', () => {
  const { root } = mountScene('not-drawn')
  expect(picture(root)).toMatchTextContent(/The lottery did not fall on this answer: 5 in 100 are drawn\./)
})

it('does not say identical of an answer that was compared by limits', async () => {
  const { root } = mountScene('by-limits')
  await expect.element(page.getByRole('status').filter({ hasText: 'Checked, within honest limits' })).toBeVisible()
  await expect.element(page.getByRole('img')).toHaveAccessibleName('3 segments: 3 within honest limits')
  expect(root.querySelector('article')).not.toMatchTextContent(/identical/)
})

it('shows why a committee was convened and what each member found', async () => {
  const { root } = mountScene('committee-cleared')
  const row = page.getByRole('region', { name: 'A committee was convened' })
  await expect.element(row).toMatchTextContent(/This device finds it beyond honest limits\./)
  expect(root.querySelectorAll('.committee-members > li')).toHaveLength(15)
  expect(root.querySelector('.locus-settled')).toMatchTextContent(/Cleared by a committee.*word of a committee/)
})

it('says of an alarm that nobody could be asked about why not', async () => {
  mountScene('alarm-unheard')
  const row = page.getByRole('region', { name: 'No committee could be convened' })
  await expect.element(row).toMatchTextContent(/found it wrong\..*Nobody else is online/)
})

it('takes the colour from an audit that was held wrongly, and says that it counts for nothing', () => {
  const { root } = mountScene('audit-fault')
  expect(stations(root)[1]).toBe('Counts for nothing')
  const tones = [...root.querySelectorAll('.chain-verifiers .chain-node')].map((node) => node.getAttribute('data-tone'))
  expect(tones).toEqual(['none', 'none'])
})

it('tells everything that is needed to repeat the draw', async () => {
  const { root } = mountScene('audited')
  await page.getByText('Everything known about this answer').click()
  const facts = root.querySelector('.audit')
  expect(facts).toMatchTextContent(
    /round 32,402,118.*12 stood on the list.*all weigh the same.*Number 0\.08314.*Number 0\.2717/s,
  )
  await expect.element(page.getByRole('button', { name: 'Copy key of the verifier: b7b7…b7b7' })).toBeVisible()
})

it('tells what each of those drawn weighed, whose word that is, and why nothing weighed', async () => {
  const { root } = mountScene('audited-weighted')
  await page.getByText('Everything known about this answer').click()
  expect(root.querySelector('.audit')).toMatchTextContent(
    /what the asker’s page wrote.*Weighs 1,250\.5 tokens\..*Number 0\.08314.*Weighs next to nothing.*Number 2\.717e\+5/s,
  )
})

it('says so where the chain kept stake from weighing', async () => {
  const { root } = mountScene('audited-stakes-unknown')
  await page.getByText('Everything known about this answer').click()
  expect(root).toMatchTextContent(/all weigh the same.*Weights.*did not say in time/s)
})

describe('what each had at stake', () => {
  const EVERYTHING = 'Everything known about this answer'
  const KEYS = ['5e'.repeat(64), 'b7'.repeat(64), 'c8'.repeat(64)]

  it('is looked up when somebody opens the details, and not before', async () => {
    const heard = { learnChain: vi.fn(), lookBehind: vi.fn() }
    const { act } = mountScene('audited', heard)
    heard.learnChain.mockClear()
    act((stores) => stores.stake.apply({ type: 'site', site: { state: 'unknown' } }))
    expect(heard.lookBehind).not.toHaveBeenCalled()
    await page.getByText(EVERYTHING).click()
    await expect.poll(() => heard.learnChain.mock.calls.length).toBe(1)
    expect(heard.lookBehind).not.toHaveBeenCalled()
    act(withChain)
    await expect.poll(() => heard.lookBehind.mock.calls).toEqual([[KEYS, false]])
  })

  it('is an old sentence where the site names no chain', async () => {
    const lookBehind = vi.fn()
    const { act } = mountScene('audited', { lookBehind })
    act((stores) => stores.stake.apply({ type: 'site', site: { state: 'none' } }))
    await page.getByText(EVERYTHING).click()
    await expect.element(page.getByText(/does not say what its provider has staked/)).toBeVisible()
    expect(lookBehind).not.toHaveBeenCalled()
  })

  it('names each wallet, what it has, and every proof against it; a slash is said first', async () => {
    mountScene('audited-staked')
    await page.getByText(EVERYTHING).click()
    const list = page.getByRole('list', { name: 'What stands behind each key' })
    await expect
      .element(list)
      .toMatchTextContent(
        /Provider, peer 12D3…Qxx7.*500 LOC are staked, and 120 LOC are unbonding.*Verifier.*This wallet was slashed\..*Not decided yet\..*62 LOC.*Slashed\..*70 LOC were taken.*Refuted\..*Verifier.*No wallet stands behind/s,
      )
    await expect.element(page.getByText(/what stands there now, not when the answer was given/)).toBeVisible()
    await expect.element(page.getByText(/Looked up on 21 September 2026/)).toBeVisible()
  })

  it('is looked up again, and what was known stays on the page meanwhile', async () => {
    const lookBehind = vi.fn()
    const { act } = mountScene('audited-staked', { lookBehind })
    await page.getByText(EVERYTHING).click()
    const again = page.getByRole('button', { name: 'Look again' })
    await again.click()
    expect(lookBehind.mock.calls.at(-1)).toEqual([KEYS, true])
    act((stores) => stores.stake.apply({ type: 'looking-behind', keys: KEYS }))
    await expect.element(page.getByRole('status').filter({ hasText: 'Asking the chain' })).toBeVisible()
    await expect.element(again).toHaveAttribute('aria-disabled', 'true')
    await expect.element(page.getByText(/500 LOC are staked/)).toBeVisible()
    lookBehind.mockClear()
    await userEvent.click(again, { force: true })
    expect(lookBehind).not.toHaveBeenCalled()
  })

  it('says with a code that the chain cannot be read', async () => {
    mountScene('audited-stake-unread')
    await page.getByText(EVERYTHING).click()
    await expect.element(page.getByText('chain/unreachable')).toBeVisible()
    await expect.element(page.getByText(/500 LOC are staked/)).toBeVisible()
  })

  it('may be asked for again where the site did not say which chain it has', async () => {
    const learnChain = vi.fn()
    const { act } = mountScene('audited', { learnChain })
    const error = { code: 'chain/unreachable', message: 'No answer.', nextStep: 'Wait.' } as const
    act((stores) => stores.stake.apply({ type: 'site', site: { state: 'failed', error } }))
    await page.getByText(EVERYTHING).click()
    learnChain.mockClear()
    await page.getByRole('button', { name: 'Look again' }).click()
    expect(learnChain).toHaveBeenCalledOnce()
  })

  it('is looked up for evidence that somebody opened, too', async () => {
    const lookBehind = vi.fn()
    mountScene('check-staked', { lookBehind })
    await page.getByText(EVERYTHING).click()
    await expect.element(page.getByText('Provider, key 5e5e…5e5e')).toBeVisible()
    await expect.poll(() => lookBehind.mock.calls).toEqual([[['5e'.repeat(64)], false]])
  })
})
