import { expect, test } from 'vitest'
import { rocOf, rocPlot } from '../../../../../tools/bench/plot/roc-plot.ts'

test('scores that do not overlap are told apart without one false accusation', () => {
  expect(rocOf([0.1, 0.2], [3, 4])).toEqual([
    [0, 0],
    [0, 0.5],
    [0, 1],
    [0.5, 1],
    [1, 1],
  ])
})

test('equal scores accuse both or neither', () => {
  expect(rocOf([1], [1])).toEqual([
    [0, 0],
    [0, 1],
    [1, 1],
  ])
})

test('the plot names every series and is one SVG', () => {
  const svg = rocPlot({
    title: 'Cheats',
    subtitle: 'of two kinds',
    negatives: [0, 0.1, 0.2],
    series: [
      { label: 'other model', positives: [2, 3] },
      { label: 'wrong seed', positives: [0.15, 1] },
    ],
  })
  expect(svg.match(/<polyline/g)).toHaveLength(2)
  for (const label of ['Cheats', 'other model', 'wrong seed']) expect(svg).toContain(label)
  expect(svg.trim().endsWith('</svg>')).toBe(true)
})
