import { describe, expect, it } from 'vitest'
import { table, withSection } from '../../../../tools/bench/report.ts'

describe('the benchmark report', () => {
  it('adds a section once, then replaces it and leaves the others alone', () => {
    const first = withSection('# Benchmarks\n', 'speed', 'fast')
    const both = withSection(first, 'size', 'small')
    const again = withSection(both, 'speed', 'faster')
    expect(again).toBe(both.replace('fast', 'faster'))
    expect(again.match(/begin/g)?.length).toBe(2)
  })

  it('draws a table', () => {
    expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |')
  })
})
