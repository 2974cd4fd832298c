import { expect, test } from 'vitest'
import { drawNumberInWords, weightInWords, weightsInWords } from '../../../../src/ui/wording/stake-wording.ts'

test('weights are called equal where they are, and the asker’s claim where they are not', () => {
  expect(weightsInWords(false)).toMatch(/all weigh the same/)
  expect(weightsInWords(true)).toMatch(/what the asker’s page wrote.*stands there now/)
  expect(weightsInWords(true)).not.toContain('the same')
})

test('a weight is told in tokens, and that of a stranger for what it is', () => {
  expect([1, 2, 1_000_000, 1_250_500_000].map(weightInWords)).toEqual([
    'Weighs next to nothing: no stake was counted for this key.',
    'Weighs less than 0.01 tokens.',
    'Weighs 1 token.',
    'Weighs 1,250.5 tokens.',
  ])
})

test('the number that drew one is for one token, or for whatever everybody weighs', () => {
  expect(drawNumberInWords({ drawKey: 8.3141e-8, stake: 5_000_000 }, true)).toBe('0.08314')
  expect(drawNumberInWords({ drawKey: 0.2717, stake: 1 }, false)).toBe('0.2717')
  expect(drawNumberInWords({ drawKey: 2.717e-7, stake: 1_000_000 }, false)).toBe('0.2717')
})
