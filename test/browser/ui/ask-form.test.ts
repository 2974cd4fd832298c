import { expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { mountScene } from './mount-scene.ts'

function askedWith() {
  const ask = vi.fn()
  mountScene('ask-empty', { ask })
  return { ask, box: page.getByLabelText('How does it begin?') }
}

it('asks with Enter, without the white space around the prompt, and empties the box', async () => {
  const { ask, box } = askedWith()
  await userEvent.type(box, '  Once upon a time {Enter}')
  expect(ask).toHaveBeenCalledExactlyOnceWith('Once upon a time', {
    temperatureMilli: 800,
    maxTokens: 192,
    payment: null,
  })
  await expect.element(box).toHaveValue('')
})

it('begins a new line with Shift and Enter', async () => {
  const { ask, box } = askedWith()
  await userEvent.type(box, 'One{Shift>}{Enter}{/Shift}two')
  expect(ask).not.toHaveBeenCalled()
  await expect.element(box).toHaveValue('One\ntwo')
})

it('does not ask while a character is being composed', async () => {
  const { ask, box } = askedWith()
  await userEvent.type(box, 'か')
  box.element().dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true }))
  expect(ask).not.toHaveBeenCalled()
})

it('says what is missing instead of asking nothing', async () => {
  const { ask, box } = askedWith()
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  expect(ask).not.toHaveBeenCalled()
  await expect.element(page.getByRole('alert')).toHaveTextContent('Write a few words first.')
  await expect.element(box).toHaveFocus()
})

it('puts an opening into the box for the person to change', async () => {
  const { ask, box } = askedWith()
  await page.getByRole('button', { name: 'Far up on the side of Blue Mountain lived' }).click()
  expect(ask).not.toHaveBeenCalled()
  await expect.element(box).toHaveFocus()
  await expect.element(box).toHaveValue('Far up on the side of Blue Mountain lived')
})

it('asks with the settings that were chosen', async () => {
  const { ask, box } = askedWith()
  await page.getByText('Creativity and length').click()
  await page.getByRole('slider', { name: /^Creativity/ }).fill('0')
  await page.getByRole('slider', { name: /^Length/ }).fill('96')
  await userEvent.type(box, 'A fox{Enter}')
  expect(ask).toHaveBeenCalledWith('A fox', { temperatureMilli: 0, maxTokens: 96, payment: null })
})

it('pays nothing unless somebody says so, and never offers to where there is no chain', async () => {
  mountScene('ask-empty')
  await expect.element(page.getByRole('checkbox', { name: /^Pay for this answer/ })).not.toBeInTheDocument()
})

it('pays up to what was written, and asks nothing while that is unclear', async () => {
  const ask = vi.fn()
  mountScene('ask-with-chain', { ask })
  const box = page.getByLabelText('How does it begin?')
  await page.getByRole('checkbox', { name: 'Pay for this answer, with test money' }).click()
  await userEvent.type(box, 'A fox{Enter}')
  const amount = page.getByRole('textbox', { name: 'At most' })
  await expect.element(amount).toHaveFocus()
  await expect.element(page.getByRole('alert')).toMatchTextContent(/Write an amount first/)
  expect(ask).not.toHaveBeenCalled()
  await amount.fill('0.05')
  await box.click()
  await userEvent.keyboard('{Enter}')
  const payment = { maxAmount: 50_000_000_000_000_000n }
  expect(ask).toHaveBeenCalledExactlyOnceWith('A fox', { temperatureMilli: 800, maxTokens: 192, payment })
})
