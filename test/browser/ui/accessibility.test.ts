/// <reference types="@vitest/browser-playwright" />
import axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cdp, page } from 'vitest/browser'
import { mountScene } from './mount-scene.ts'
import { SCENES } from './scenes.ts'

/** The two schemes and the two widths, each at least once. */
const VIEWS = [
  { name: 'desktop, light', width: 1280, height: 900, scheme: 'light' },
  { name: 'phone, dark', width: 390, height: 844, scheme: 'dark' },
]

const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

for (const view of VIEWS) {
  describe(`on a ${view.name}`, () => {
    beforeAll(async () => {
      await page.viewport(view.width, view.height)
      await emulate(view.scheme)
    })
    afterAll(() => emulate(''))

    it.for(SCENES)('axe finds nothing serious in the scene $name', async ({ name }) => {
      const { root } = mountScene(name)
      for (const each of root.querySelectorAll('details')) each.open = true
      expect(matchMedia('(prefers-color-scheme: dark)').matches).toBe(view.scheme === 'dark')

      const { violations, passes } = await axe.run(root, { runOnly: WCAG_22_AA })

      expect(passes.length).toBeGreaterThan(10)
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(view.width)
    })
  })
}

it.for(['Stake', 'Delegate this key', 'Settle with one signature', 'Make a new key'])(
  'axe finds nothing serious in the words before the wallet asks, after %s',
  async (name) => {
    const { root } = mountScene(name === 'Delegate this key' ? 'stake-connected' : 'stake')
    if (name === 'Stake') await page.getByRole('textbox', { name: 'Stake more' }).fill('1')
    await page.getByRole('button', { name, exact: true }).click()
    expect(root.querySelectorAll('.consent')).toHaveLength(1)
    const { violations } = await axe.run(root, { runOnly: WCAG_22_AA })
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([])
  },
)

it('axe would have found a button without a name', async () => {
  const { root } = mountScene('idle')
  root.querySelector('main')?.append(document.createElement('button'))
  const { violations } = await axe.run(root, { runOnly: WCAG_22_AA })
  expect(violations.map(({ id }) => id)).toContain('button-name')
})

async function emulate(scheme: string): Promise<void> {
  const features = [
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: 'reduce' },
  ]
  await cdp().send('Emulation.setEmulatedMedia', { features: scheme === '' ? [] : features })
}
