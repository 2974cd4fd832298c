import { describe, expect, it } from 'vitest'
import { barPlot } from '../../../../../tools/bench/plot/bar-plot.ts'
import { linePlot } from '../../../../../tools/bench/plot/line-plot.ts'
import { linearTicks, logTicks } from '../../../../../tools/bench/plot/round-ticks.ts'
import { short } from '../../../../../tools/bench/plot/svg-frame.ts'

const bars = [
  { label: 'A <plain> & "simple"', interval: { value: 50, low: 40, high: 60 }, own: false },
  { label: 'C', interval: { value: 100, low: 90, high: 110 }, own: true },
]

/** Widths of the bars, in the order of their rows. */
function barWidths(svg: string): number[] {
  return [...svg.matchAll(/<rect x="\d+" y="\d+" width="([\d.]+)" height="20"/g)].map(([, width]) => Number(width))
}

describe('barPlot', () => {
  const svg = barPlot({ title: 'Speed', subtitle: 'two arms', axis: 'tokens per second', bars })

  it('draws bars as long as their values', () => {
    const [first = 0, second = 0] = barWidths(svg)
    expect(second).toBeCloseTo(2 * first, 0)
  })

  it('says what the axis is, in both colour schemes', () => {
    expect(svg).toContain('>tokens per second</text>')
    expect(svg).toContain('prefers-color-scheme:dark')
  })

  it('lets no label become markup', () => {
    expect(svg).toContain('A &lt;plain&gt; &amp; &quot;simple&quot;')
    expect(svg).not.toContain('<plain>')
  })

  it('is the same file for the same numbers', () => {
    expect(barPlot({ title: 'Speed', subtitle: 'two arms', axis: 'tokens per second', bars })).toBe(svg)
  })
})

describe('linePlot', () => {
  it('puts a decade as far from the next as that from the one after', () => {
    const points = [1, 10, 100].map((x) => ({ x, y: 2 }))
    const svg = linePlot({
      title: 'Curve',
      subtitle: '',
      xAxis: 'size',
      yAxis: 'times',
      series: [{ label: 'ours', points }],
    })
    const [a = 0, b = 0, c = 0] = [...svg.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x))
    expect(b - a).toBeGreaterThan(50)
    expect(c - b).toBeCloseTo(b - a, 0)
  })
})

describe('ticks', () => {
  it('are round and reach the top', () => {
    expect(linearTicks(883)).toEqual([0, 200, 400, 600, 800, 1_000])
    expect(linearTicks(0.5)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5])
    expect(logTicks(1.5, 80)).toEqual([1, 2, 5, 10, 20, 50, 100])
    expect(logTicks(0.2, 20_000)).toEqual([0.1, 1, 10, 100, 1_000, 10_000, 100_000])
  })

  it('exist even where nothing was measured', () => {
    expect(linearTicks(Number.NaN)).toEqual([0, 1])
  })
})

describe('short', () => {
  it('keeps three digits', () => {
    expect([1_234.5, 4.567, 0.01234, 12.34, Number.NaN].map(short)).toEqual(['1,235', '4.57', '0.012', '12.3', '–'])
  })
})
