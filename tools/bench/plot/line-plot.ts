import { logTicks } from './round-ticks.ts'
import { line, place, short, svgFile, text } from './svg-frame.ts'

export interface Series {
  label: string
  points: readonly { x: number; y: number }[]
}

export interface LinePlotOptions {
  title: string
  subtitle: string
  xAxis: string
  yAxis: string
  /** At most three, by order: ours first. */
  series: readonly Series[]
  mark?: { y: number; label: string }
}

const WIDTH = 760
const HEIGHT = 420
const LEFT = 76
const RIGHT = 150
const TOP = 84
const BOTTOM = 64

/** Curves over two logarithmic axes: sizes and times span decades. */
export function linePlot({ title, subtitle, xAxis, yAxis, series, mark }: LinePlotOptions): string {
  const points = series.flatMap((one) => one.points)
  const xTicks = logTicks(Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x)))
  const ys = [...points.map(({ y }) => y), ...(mark === undefined ? [] : [mark.y])]
  const yTicks = logTicks(Math.min(...ys), Math.max(...ys))
  const x = scale(xTicks, LEFT, WIDTH - RIGHT)
  const y = scale(yTicks, HEIGHT - BOTTOM, TOP)
  const labels = spread(
    series.map(({ points: own }) => y(own.at(-1)?.y ?? 1)),
    16,
  )
  return svgFile({ title, subtitle, width: WIDTH, height: HEIGHT }, [
    ...xTicks.flatMap((tick) => [
      line(x(tick), TOP, x(tick), HEIGHT - BOTTOM, 'grid'),
      text(x(tick), HEIGHT - BOTTOM + 18, short(tick), 'soft mid'),
    ]),
    ...yTicks.flatMap((tick) => [
      line(LEFT, y(tick), WIDTH - RIGHT, y(tick), 'grid'),
      text(LEFT - 8, y(tick) + 4, short(tick), 'soft end'),
    ]),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, xAxis, 'soft mid'),
    text(20, TOP - 12, yAxis, 'soft'),
    ...(mark === undefined
      ? []
      : [
          line(LEFT, y(mark.y), WIDTH - RIGHT, y(mark.y), 'mark'),
          text(WIDTH - RIGHT - 4, y(mark.y) - 6, mark.label, 'soft end'),
        ]),
    ...series.flatMap(({ label, points: own }, i) => [
      `<polyline class="curve s${i}" points="${own.map((p) => `${place(x(p.x))},${place(y(p.y))}`).join(' ')}"/>`,
      ...own.map((p) => `<circle cx="${place(x(p.x))}" cy="${place(y(p.y))}" r="3.5" class="d${i}"/>`),
      text(WIDTH - RIGHT + 12, (labels[i] ?? 0) + 4, label, `d${i}`),
    ]),
  ])
}

function scale(ticks: readonly number[], from: number, to: number): (value: number) => number {
  const [low, high] = [Math.log(ticks[0] ?? 1), Math.log(ticks.at(-1) ?? 10)]
  return (value) => from + ((Math.log(value) - low) / (high - low || 1)) * (to - from)
}

/** Moves labels apart that would lie on one another, keeping their order. */
function spread(positions: readonly number[], apart: number): number[] {
  const order = positions.map((_, i) => i).toSorted((a, b) => (positions[a] ?? 0) - (positions[b] ?? 0))
  const placed = [...positions]
  let above = Number.NEGATIVE_INFINITY
  for (const i of order) {
    above = Math.max(placed[i] ?? 0, above + apart)
    placed[i] = above
  }
  return placed
}
