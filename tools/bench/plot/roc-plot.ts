import { line, place, svgFile, text } from './svg-frame.ts'

export interface RocSeries {
  label: string
  /** Scores of what should be found. */
  positives: readonly number[]
}

export interface RocPlotOptions {
  title: string
  subtitle: string
  /** Scores of what should not. */
  negatives: readonly number[]
  series: readonly RocSeries[]
}

const WIDTH = 760
const HEIGHT = 460
const LEFT = 70
const RIGHT = 250
const TOP = 84
const BOTTOM = 64

/** Told apart in both schemes, and by people who do not see red. */
const COLOURS = [
  '#0a8a60',
  '#b06a00',
  '#4a6fd4',
  '#b23a7a',
  '#5a8f00',
  '#8a5ad0',
  '#c0452a',
  '#2a93a8',
  '#7a7a7a',
  '#a08a20',
]

/** Found over falsely accused, one limit after another; the horizontal axis is logarithmic down to a single accusation. */
export function rocPlot({ title, subtitle, negatives, series }: RocPlotOptions): string {
  const decades = Math.max(1, Math.ceil(Math.log10(negatives.length)))
  const x = (rate: number) => {
    const decade = Math.max(-decades, Math.log10(Math.max(rate, 10 ** -decades)))
    return LEFT + ((decade + decades) / decades) * (WIDTH - LEFT - RIGHT)
  }
  const y = (rate: number) => HEIGHT - BOTTOM - rate * (HEIGHT - BOTTOM - TOP)
  const ticks = Array.from({ length: decades + 1 }, (_, i) => -decades + i)
  return svgFile({ title, subtitle, width: WIDTH, height: HEIGHT }, [
    ...ticks.flatMap((decade, i) => [
      line(x(10 ** decade), TOP, x(10 ** decade), HEIGHT - BOTTOM, 'grid'),
      text(x(10 ** decade), HEIGHT - BOTTOM + 18, i === 0 ? 'none' : `10^${decade}`, 'soft mid'),
    ]),
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((rate) => [
      line(LEFT, y(rate), WIDTH - RIGHT, y(rate), 'grid'),
      text(LEFT - 8, y(rate) + 4, `${100 * rate} %`, 'soft end'),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, 'share of honest segments that would be accused', 'soft mid'),
    text(20, TOP - 12, 'share of cheated segments found', 'soft'),
    ...series.flatMap(({ label, positives }, i) => {
      const colour = COLOURS[i % COLOURS.length] ?? ''
      const points = rocOf(negatives, positives).map(([fpr, tpr]) => `${place(x(fpr))},${place(y(tpr))}`)
      return [
        `<polyline class="curve" style="stroke:${colour}" points="${points.join(' ')}"/>`,
        `<rect x="${WIDTH - RIGHT + 14}" y="${TOP + 20 * i - 4}" width="14" height="4" style="fill:${colour}"/>`,
        text(WIDTH - RIGHT + 34, TOP + 20 * i + 2, label, 'soft'),
      ]
    }),
  ])
}

/** [false, true] positive rates from the strictest limit to none, steps as corners. */
export function rocOf(negatives: readonly number[], positives: readonly number[]): [number, number][] {
  const limits = [...new Set([...negatives, ...positives])].toSorted((a, b) => b - a)
  const [low, high] = [negatives, positives].map((scores) => scores.toSorted((a, b) => b - a)) as [number[], number[]]
  const points: [number, number][] = [[0, 0]]
  let [falsely, rightly] = [0, 0]
  for (const limit of limits) {
    while ((high[rightly] ?? Number.NEGATIVE_INFINITY) >= limit) rightly += 1
    const before = points.at(-1)?.[0] ?? 0
    points.push([before, rightly / high.length])
    while ((low[falsely] ?? Number.NEGATIVE_INFINITY) >= limit) falsely += 1
    points.push([falsely / low.length, rightly / high.length])
  }
  return points.filter((point, i) => point[0] !== points[i - 1]?.[0] || point[1] !== points[i - 1]?.[1])
}
