/** Newer samples stand right; a short history keeps its distance between samples instead of stretching. */
const SHOWN = 120

/** Points of an SVG polyline in a box of `width` by `height`, scaled to the largest sample and never below one. */
export function sparkline(samples: readonly number[], width: number, height: number): string {
  const shown = samples.slice(-SHOWN)
  const highest = Math.max(1, ...shown)
  const step = width / (SHOWN - 1)
  const first = width - (shown.length - 1) * step
  return shown
    .map((sample, i) => `${round(first + i * step)},${round(height - 1 - (sample / highest) * (height - 3))}`)
    .join(' ')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
