import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const TOKENS = readFileSync(new URL('../../../src/ui/tokens.css', import.meta.url), 'utf8')
const [LIGHT = '', DARK = ''] = TOKENS.split('@media (prefers-color-scheme: dark)')

/** WCAG 2.2, 1.4.3 and 1.4.11. */
const TEXT = 4.5
const CONTROL = 3

const PAIRS: [foreground: string, background: string, least: number][] = [
  ['ink', 'paper', TEXT],
  ['ink', 'surface', TEXT],
  ['ink', 'sunken', TEXT],
  ['ink', 'fail-soft', TEXT],
  ['ink-2', 'paper', TEXT],
  ['ink-2', 'surface', TEXT],
  ['ink-2', 'fail-soft', TEXT],
  ['ink-3', 'paper', TEXT],
  ['ink-3', 'surface', TEXT],
  ['accent', 'paper', TEXT],
  ['fail', 'paper', TEXT],
  ['unsure', 'paper', TEXT],
  ['paper', 'ink', TEXT],
  ['paper', 'ink-2', TEXT],
  ['paper', 'accent', TEXT],
  ['line-strong', 'paper', CONTROL],
  ['line-strong', 'surface', CONTROL],
]

describe.each([
  { scheme: 'light', css: LIGHT },
  { scheme: 'dark', css: DARK },
])('the $scheme colours', ({ css }) => {
  it.each(PAIRS)('%s on %s has a contrast of at least %d', (foreground, background, least) => {
    expect(contrast(colour(css, foreground), colour(css, background))).toBeGreaterThanOrEqual(least)
  })
})

it('contrast of black and white is 21, of a colour with itself 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#0a6a4d', '#0a6a4d')).toBe(1)
})

function colour(css: string, name: string): string {
  const found = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(css)?.[1]
  if (found === undefined) throw new TypeError(`tokens.css has no colour --${name}`)
  return found
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** Relative luminance of sRGB (WCAG 2.2, glossary). */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
