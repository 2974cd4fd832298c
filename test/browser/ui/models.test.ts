import { expect, it, vi } from 'vitest'
import { page } from 'vitest/browser'
import { mountScene } from './mount-scene.ts'

const SMOL = 'aa'.repeat(32)
const ADDED = 'cc'.repeat(32)

it('says of each model how large it is, under which licence, and whether it fits', async () => {
  mountScene('models')
  const items = page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 2 }) })
  await expect.element(items.nth(0)).toMatchTextContent(/In use.*8\.8 MB.*apache-2\.0.*Fits this device/)
  await expect.element(items.nth(1)).toMatchTextContent(/Not on this device.*139\.3 MB.*every byte/)
  await expect.element(items.nth(2)).toMatchTextContent(/needs a GPU that computes in half precision/)
  await expect.element(items.nth(3)).toMatchTextContent(/1\.7 GB.*llama3\.2.*nobody else has checked them/)
})

it('downloads, pauses, resumes and deletes what is pressed', async () => {
  const heard = { downloadModel: vi.fn(), pauseDownload: vi.fn(), removeModel: vi.fn() }
  mountScene('models-downloading', heard)
  await expect
    .element(page.getByRole('progressbar', { name: 'Download of SmolLM2-135M-Instruct q4' }))
    .toHaveAttribute('value', '54')
  await page.getByRole('button', { name: /^Pause the download of SmolLM2/ }).click()
  expect(heard.pauseDownload).toHaveBeenCalledWith(SMOL)
  await page.getByRole('button', { name: 'Resume Llama-3.2-1B-Instruct-ONNX q4' }).click()
  expect(heard.downloadModel).toHaveBeenCalledWith(ADDED)
  await page.getByRole('button', { name: /^Cancel and delete SmolLM2/ }).click()
  expect(heard.removeModel).toHaveBeenCalledWith(SMOL)
})

it('progress that is late does not take a pause back', async () => {
  const { act } = mountScene('models-downloading')
  act((stores) => stores.models.apply({ type: 'transfer', ref: SMOL, transfer: { state: 'pausing' } }))
  const late = { state: 'downloading', haveBytes: 80_000_000, totalBytes: 139_257_294 } as const
  act((stores) => stores.models.apply({ type: 'transfer', ref: SMOL, transfer: late }))
  await expect.element(page.getByRole('button', { name: /^Pause/ })).toBeDisabled()
})

it('deletes nothing for room before it was told yes', async () => {
  const heard = { makeRoom: vi.fn(), keepEverything: vi.fn(), removeModel: vi.fn() }
  mountScene('models-room', heard)
  const question = page.getByRole('group', { name: 'Room for SmolLM2-135M-Instruct q4' })
  await expect.element(question).toMatchTextContent(/139\.3 MB are needed, 52\.0 MB are free.*Llama-3\.2-1B/)
  await question.getByRole('button', { name: 'Keep everything' }).click()
  expect(heard.keepEverything).toHaveBeenCalledWith(SMOL)
  expect(heard.makeRoom).not.toHaveBeenCalled()
  await question.getByRole('button', { name: 'Delete it and download' }).click()
  expect(heard.makeRoom).toHaveBeenCalledWith(SMOL)
  expect(heard.removeModel).not.toHaveBeenCalled()
})

it('adds a model by its name, and says what came of it', async () => {
  const addModel = vi.fn()
  const { act } = mountScene('models', { addModel })
  await page.getByRole('textbox', { name: 'Its name there' }).fill(' owner/name ')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  expect(addModel).toHaveBeenCalledWith('owner/name')
  act((stores) => stores.models.apply({ type: 'adding', adding: { state: 'added', name: 'name q4' } }))
  await expect.element(page.getByText('name q4 is in the list.')).toBeVisible()
})

it('keeps limits as they are until they are saved, and takes an empty field for none', async () => {
  const changeDownloadSettings = vi.fn()
  mountScene('models', { changeDownloadSettings })
  const save = page.getByRole('button', { name: 'Save limits' })
  await expect.element(save).toBeDisabled()
  await page.getByRole('spinbutton', { name: /^Speed/ }).fill('2.5')
  await page.getByRole('spinbutton', { name: /^Data/ }).fill('')
  await page.getByRole('checkbox').click()
  await save.click()
  expect(changeDownloadSettings).toHaveBeenCalledWith({
    bytesPerSecond: 2_500_000,
    bytesPerMonth: null,
    evenWhenSavingData: true,
  })
})

it('offers to use a complete model that fits and is not in use', async () => {
  const switchModel = vi.fn()
  mountScene('models', { switchModel })
  await page.getByRole('button', { name: /^Use this model/ }).click()
  expect(switchModel).toHaveBeenCalledExactlyOnceWith('cd'.repeat(32))
})
