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

it('compares this device with the reference while it does not contribute', async () => {
  const calibrate = vi.fn()
  mountScene('idle', { calibrate })
  await page.getByRole('button', { name: 'Compare this device with the reference' }).click()
  expect(calibrate).toHaveBeenCalledOnce()
})

it('does not offer to compare while it computes for others', async () => {
  mountScene('serving')
  await expect.element(page.getByText('Stop contributing to compare.')).toBeVisible()
  await expect.element(page.getByRole('button', { name: /^Compare/ })).not.toBeInTheDocument()
})

it('shows how far the comparison has come, and stops it', async () => {
  const stopCalibrating = vi.fn()
  mountScene('comparing', { stopCalibrating })
  await expect.element(page.getByRole('progressbar', { name: 'Answers compared' })).toHaveAttribute('value', '9')
  await page.getByRole('button', { name: 'Stop comparing' }).click()
  expect(stopCalibrating).toHaveBeenCalledOnce()
})

it('shows both directions of a comparison, and hands out the measurements', async () => {
  const saveCalibration = vi.fn()
  mountScene('compared', { saveCalibration })
  const table = page.getByRole('table', { name: 'Answers of one-thread WASM, checked on WebGPU (apple metal-3)' })
  await expect.element(table.getByRole('row', { name: /^Limits for this pair/ })).toMatchTextContent(/not yet$/)
  await page.getByRole('button', { name: 'Save measurements' }).click()
  expect(saveCalibration).toHaveBeenCalledExactlyOnceWith('{}')
})
