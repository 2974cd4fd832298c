import { afterEach, expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { mountScene } from './mount-scene.ts'

const LINK = 'https://locus.example/#/check/peer/hash'

afterEach(() => vi.restoreAllMocks())

function share(shareAnswer: () => Promise<string>) {
  mountScene('accepted', { shareAnswer })
  return page.getByRole('button', { name: 'Copy link' }).click()
}

it('copies the link, and says for how long it works', async () => {
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  await share(async () => LINK)
  await expect
    .element(page.getByText(/^Link copied\. Whoever opens it within ten minutes, while this page stays open/))
    .toBeVisible()
  expect(write).toHaveBeenCalledExactlyOnceWith(LINK)
})

it('shows the link where the browser does not let the page copy it', async () => {
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('not allowed'))
  await share(async () => LINK)
  await expect.element(page.getByLabelText(/^Copy this link\./)).toHaveValue(LINK)
})

it('says why there is no link', async () => {
  await share(() => Promise.reject(new Error('The relay does not answer.')))
  await expect.element(page.getByText('The relay does not answer.')).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Copy link' })).toBeEnabled()
})
