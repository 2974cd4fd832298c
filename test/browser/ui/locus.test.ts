import { expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { mountScene } from './mount-scene.ts'

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
