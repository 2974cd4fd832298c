/** Four to eight round numbers from 0 to at least `top`. */
export function linearTicks(top: number): number[] {
  if (!(top > 0) || !Number.isFinite(top)) return [0, 1]
  const raw = top / 5
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power
  return Array.from({ length: Math.ceil(top / step - 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(12)))
}

/** Powers of ten, and their double and fivefold where there are few, that enclose both ends. */
export function logTicks(low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))]
  const factors = last - first <= 2 ? [1, 2, 5] : [1]
  const all = Array.from({ length: last - first + 1 }, (_, i) => first + i).flatMap((power) =>
    factors.map((factor) => Number((factor * 10 ** power).toPrecision(12))),
  )
  const from = all.findLastIndex((tick) => tick <= low)
  const to = all.findIndex((tick) => tick >= high)
  return all.slice(Math.max(0, from), (to === -1 ? all.length : to) + 1)
}
