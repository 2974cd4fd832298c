import { expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { PEER } from '../../doubles/sample-locus.ts'
import { mountScene } from './mount-scene.ts'

it('hands over the chosen file, and the same one again', async () => {
  const importBundle = vi.fn()
  mountScene('check-empty', { importBundle })
  const chooser = page.getByLabelText('Choose an evidence file')
  const file = new File(['{}'], 'evidence.json', { type: 'application/json' })
  await userEvent.upload(chooser, file)
  await userEvent.upload(chooser, file)
  expect(importBundle).toHaveBeenCalledTimes(2)
  expect(importBundle.mock.calls[0]?.[0].name).toBe('evidence.json')
})

it('fetches what a link names only when asked to', async () => {
  const openEvidenceLink = vi.fn()
  const { act } = mountScene('check-link', { openEvidenceLink })
  await expect.element(page.getByText(/which then sees your network address/)).toBeVisible()
  expect(openEvidenceLink).not.toHaveBeenCalled()
  const fetch = page.getByRole('button', { name: 'Fetch and check' })
  await fetch.click()
  const link = { peerId: PEER, hash: 'd1'.repeat(32) }
  expect(openEvidenceLink).toHaveBeenCalledExactlyOnceWith(link.peerId, link.hash)
  act((stores) => stores.check.apply({ type: 'imported', id: 'c', source: { kind: 'link', ...link } }))
  await expect
    .element(page.getByRole('heading', { name: 'Fetching the evidence from whoever shared it.' }))
    .toBeVisible()
  await expect.element(fetch).not.toBeInTheDocument()
})

it('offers nothing to fetch where the link is broken', async () => {
  mountScene('check-link-broken')
  await expect.element(page.getByText(/a part of it was lost on the way/)).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Fetch and check' })).not.toBeInTheDocument()
})

it('hands out what this device signed of its check', async () => {
  const saveAttestation = vi.fn()
  mountScene('check-pass', { saveAttestation })
  await expect.element(page.getByText(/Signed by this device, with key/)).toBeVisible()
  await page.getByRole('button', { name: 'Save attestation' }).click()
  expect(saveAttestation).toHaveBeenCalledExactlyOnceWith('d1'.repeat(32), '{}')
})

it('signs nothing where nothing was computed', async () => {
  mountScene('check-condemned')
  await expect.element(page.getByText('this device signs nothing', { exact: false })).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Save attestation' })).not.toBeInTheDocument()
})

it('says that a false answer does not hold, and where', async () => {
  mountScene('check-fail')
  await expect.element(page.getByRole('status').filter({ hasText: 'Check failed' })).toBeVisible()
  await expect.element(page.getByRole('img')).toHaveAccessibleName('3 segments: 2 identical, 1 different')
})

it('says of worthless evidence what to do next', async () => {
  mountScene('check-invalid')
  await expect.element(page.getByRole('heading', { name: 'This evidence proves nothing' })).toBeVisible()
  await expect.element(page.getByText('Ask whoever gave you this file for the original.')).toBeVisible()
})
