import type { ArmsResult } from '../arms/arms-job.ts'
import { precisionOf } from '../bench-model.ts'
import { measurePage } from '../measure-page.ts'
import { table } from '../report.ts'
import { abbaOrder } from '../statistics/abba-order.ts'
import { type Interval, medianInterval } from '../statistics/bootstrap.ts'
import { groupBy } from '../statistics/group-by.ts'
import { oursArm, serially, transformersArm } from './arms-of.ts'
import { defineSection } from './section.ts'
import { placeName, spread, times } from './wording.ts'

const ROUNDS = 5
const SHORT_ROUNDS = 2
const MEBIBYTE = 2 ** 20

interface LoadingArm {
  arm: string
  loadMs: Interval | null
  /** Load and first token together, by the first arm's. */
  loadRatio: Interval | null
  pageMebibytes: Interval | null
  memoryRatio: Interval | null
}

interface LoadingFacts {
  arms: LoadingArm[]
}

interface Visit {
  arm: string
  loadMs: number
  pageBytes: number | null
}

/** A second visit, everything on this machine: how long until the first token, and how much memory the page's process ever had. */
export const loading = defineSection<LoadingFacts>({
  name: 'loading',
  providers: ['wasm', 'webgpu'],
  async run({ site, flags, model, provider, short, openings }) {
    const arms = [transformersArm(provider, precisionOf(model)), transformersArm(provider, 'fp32'), oursArm(provider)]
    const visits: Visit[] = []
    for (let round = 0; round < (short ? SHORT_ROUNDS : ROUNDS); round++) {
      for (const spec of abbaOrder(arms, round)) {
        const blocks = [openings(round, 1).map((request) => ({ ...request, maxTokens: 1 }))]
        const job = { kind: 'arms' as const, model, arms: [serially(spec)], blocks }
        const { result, peakBytes } = await measurePage<ArmsResult>(site, job, { flags, twice: true })
        const openMs = result.facts[spec.name]?.openMs ?? Number.NaN
        const firstMs = result.turns[0]?.answers[0]?.arrivalsMs[0] ?? Number.NaN
        visits.push({ arm: spec.name, loadMs: openMs + firstMs, pageBytes: peakBytes.page })
      }
    }
    return { arms: summarise(visits) }
  },
  render({ arms }, settings) {
    const place = placeName(settings)
    const own = arms.find(({ arm }) => arm.startsWith('C'))
    return {
      targets: [
        {
          what: `Warm load, ${place}: time, of transformers.js (A)`,
          measured: own?.loadRatio?.value ?? null,
          kind: 'most',
          floor: 0.7,
        },
        {
          what: `Warm load, ${place}: peak memory, of transformers.js (A)`,
          measured: own?.memoryRatio?.value ?? null,
          kind: 'most',
          floor: 0.7,
        },
      ],
      markdown: `### Loading, ${place}

A page's second visit, all files on this machine, ${settings.short ? SHORT_ROUNDS : ROUNDS} visits each in a fresh browser: until the first token, ours with its self-test.
Memory is the most that the page's process ever had resident.

${table(
  ['arm', 'until the first token, ms', 'of A', 'peak memory, MiB', 'of A'],
  arms.map((one) => [
    one.arm,
    spread(one.loadMs),
    times(one.loadRatio),
    spread(one.pageMebibytes),
    times(one.memoryRatio),
  ]),
)}`,
      plots: {},
    }
  },
})

/** Ratios are to the first arm, round by round. */
function summarise(visits: readonly Visit[]): LoadingArm[] {
  const byArm = groupBy(visits, ({ arm }) => arm)
  const [reference = []] = byArm.values()
  return [...byArm].map(([arm, own]) => {
    const paired = own.flatMap((visit, round) => {
      const other = reference[round]
      return other === undefined ? [] : [{ visit, other }]
    })
    const bytes = own.flatMap(({ pageBytes }) => pageBytes ?? [])
    return {
      arm,
      loadMs: medianInterval(own.map(({ loadMs }) => loadMs)),
      loadRatio: medianInterval(paired.map(({ visit, other }) => visit.loadMs / other.loadMs)),
      pageMebibytes: medianInterval(bytes.map((count) => count / MEBIBYTE)),
      memoryRatio: medianInterval(
        paired.flatMap(({ visit, other }) =>
          visit.pageBytes === null || other.pageBytes === null ? [] : [visit.pageBytes / other.pageBytes],
        ),
      ),
    }
  })
}
