import type { Interval } from '../statistics/bootstrap.ts'
import { linearTicks } from './round-ticks.ts'
import { line, place, short, svgFile, text } from './svg-frame.ts'

export interface Bar {
  label: string
  interval: Interval
  /** Ours, in the accent. */
  own: boolean
}

export interface BarPlotOptions {
  title: string
  subtitle: string
  /** Beneath the axis, with its unit. */
  axis: string
  bars: readonly Bar[]
  /** A value worth a dashed line, such as a goal. */
  mark?: { value: number; label: string }
}

const WIDTH = 760
const LEFT = 250
const RIGHT = 90
const TOP = 72
const ROW = 30

/** Horizontal bars, each with its 95 % interval. */
export function barPlot({ title, subtitle, axis, bars, mark }: BarPlotOptions): string {
  const height = TOP + bars.length * ROW + 62
  const bottom = TOP + bars.length * ROW
  const top = Math.max(...bars.map(({ interval }) => interval.high), mark?.value ?? 0)
  const ticks = linearTicks(top)
  const x = (value: number) => LEFT + (value / (ticks.at(-1) ?? 1)) * (WIDTH - LEFT - RIGHT)
  const grid = ticks.flatMap((tick) => [
    line(x(tick), TOP - 4, x(tick), bottom, 'grid'),
    text(x(tick), bottom + 18, short(tick), 'soft mid'),
  ])
  const drawn = bars.flatMap(({ label, interval, own }, row) => {
    const y = TOP + row * ROW + 4
    const middle = y + 10
    return [
      text(LEFT - 12, middle + 4, label, 'end'),
      `<rect x="${LEFT}" y="${y}" width="${place(x(interval.value) - LEFT)}" height="20" class="bar${own ? ' own' : ''}"/>`,
      line(x(interval.low), middle, x(interval.high), middle, 'spread'),
      line(x(interval.low), middle - 4, x(interval.low), middle + 4, 'spread'),
      line(x(interval.high), middle - 4, x(interval.high), middle + 4, 'spread'),
      text(x(Math.max(interval.high, interval.value)) + 8, middle + 4, short(interval.value)),
    ]
  })
  const marked =
    mark === undefined
      ? []
      : [
          line(x(mark.value), TOP - 8, x(mark.value), bottom, 'mark'),
          text(x(mark.value) + 4, TOP - 6, mark.label, 'soft'),
        ]
  return svgFile({ title, subtitle, width: WIDTH, height }, [
    ...grid,
    ...marked,
    ...drawn,
    line(LEFT, TOP - 4, LEFT, bottom, 'axis'),
    text((LEFT + WIDTH - RIGHT) / 2, bottom + 42, axis, 'soft mid'),
  ])
}
