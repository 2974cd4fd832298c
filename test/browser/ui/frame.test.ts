import { expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { mountScene } from './mount-scene.ts'

it('moves focus to the new screen, names the page and marks where one is', async () => {
  mountScene('idle')
  await page.getByRole('link', { name: 'Ask', exact: true }).click()
  await expect.element(page.getByRole('main', { name: 'Ask' })).toHaveFocus()
  await expect.element(page.getByRole('link', { name: 'Ask', exact: true })).toHaveAttribute('aria-current', 'page')
  await expect.element(page.getByRole('link', { name: 'Contribute' })).not.toHaveAttribute('aria-current')
  expect(document.title).toBe('Ask · Locus')
})

it('lets a keyboard skip to the content without leaving the screen', async () => {
  mountScene('check-empty')
  const skip = page.getByRole('link', { name: 'Skip to content' })
  skip.element().focus()
  await userEvent.keyboard('{Enter}')
  await expect.element(page.getByRole('main')).toHaveFocus()
  expect(location.hash).toBe('#/check')
})

it('shows what a keyboard has reached', async () => {
  const { root } = mountScene('idle')
  await userEvent.tab()
  await userEvent.tab()
  const reached = document.activeElement
  expect(root.contains(reached)).toBe(true)
  expect(getComputedStyle(reached ?? root).outlineStyle).toBe('solid')
})

it('shows notices until they are closed', async () => {
  const dismissNotice = vi.fn()
  mountScene('failed', { dismissNotice })
  await page.getByRole('button', { name: 'Close this notice' }).first().click()
  expect(dismissNotice).toHaveBeenCalledExactlyOnceWith('relay-unreachable')
})
