import { expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { mountScene } from './mount-scene.ts'

it.for(['idle', 'failed'])('starts from the scene %s', async (scene) => {
  const startContributing = vi.fn()
  mountScene(scene, { startContributing })
  await page.getByRole('button', { name: /^(Contribute|Try again)$/ }).click()
  expect(startContributing).toHaveBeenCalledOnce()
})

it.for(['downloading', 'testing', 'ready', 'serving', 'paused'])('stops from the scene %s', async (scene) => {
  const stopContributing = vi.fn()
  mountScene(scene, { stopContributing })
  await page.getByRole('button', { name: /^(Stop|Cancel)$/ }).click()
  expect(stopContributing).toHaveBeenCalledOnce()
})

it('shows how far the download has come, also to those who cannot see the ring', async () => {
  mountScene('downloading')
  await expect.element(page.getByRole('progressbar')).toHaveAttribute('value', '55')
  await expect.element(page.getByText(/4\.2 of 7\.6 MB/)).toBeVisible()
})

it('shows every known answer that the GPU got wrong', async () => {
  mountScene('ready')
  await page.getByText('Every question and its answer').click()
  const table = page.getByRole('table', { name: 'GPU, through WebGPU: Wrong answers, not used' })
  await expect.element(table.getByRole('row', { name: /^Prefill of 32 tokens/ })).toMatchTextContent(/wrong$/)
})

it('offers to delete the model only while it is not in use', async () => {
  const deleteModel = vi.fn()
  mountScene('failed', { deleteModel })
  await page.getByRole('button', { name: 'Delete it from this device' }).click()
  expect(deleteModel).toHaveBeenCalledOnce()
})

it('does not offer to delete a model that is in use', () => {
  const { root } = mountScene('serving')
  expect(root.textContent).not.toContain('Delete it')
})
