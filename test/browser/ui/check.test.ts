import { expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
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
