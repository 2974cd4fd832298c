import type { ArmsResult, RooflineResult } from '../arms/arms-job.ts'
import { precisionOf, weightShapeOf } from '../bench-model.ts'
import { bytesPerToken } from '../bytes-per-token.ts'
import { measurePage } from '../measure-page.ts'
import { table } from '../report.ts'
import { type Interval, medianInterval } from '../statistics/bootstrap.ts'
import { compareArms } from '../statistics/compare-arms.ts'
import { oursArm, serially, transformersArm } from './arms-of.ts'
import { defineSection } from './section.ts'
import { number, placeName, spread } from './wording.ts'

const GIGA = 1e9
/** Larger than any cache of a real card; software would copy the same bytes through the processor. */
const COPY_BYTES = { real: 512 * 2 ** 20, software: 32 * 2 ** 20 }

interface RooflineFacts {
  adapter: string
  copyBytesPerSecond: Interval | null
  arms: {
    arm: string
    precision: string
    tokensPerSecond: Interval | null
    bytesPerToken: number
    share: number | null
  }[]
}

/** How much of the memory's speed, which bounds decode, becomes tokens. */
export const roofline = defineSection<RooflineFacts>({
  name: 'roofline',
  providers: ['webgpu'],
  async run({ site, flags, model, provider, realGpu, blocks, warmUpBlocks, tokens, openings }) {
    const bytes = realGpu ? COPY_BYTES.real : COPY_BYTES.software
    const copy = await measurePage<RooflineResult>(
      site,
      { kind: 'roofline', bytes, repetitions: realGpu ? 20 : 4 },
      { flags },
    )
    const bandwidth = medianInterval(copy.result.bytesPerSecond)
    const requests = Array.from({ length: blocks }, (_, block) => openings(block, 1))
    const a = transformersArm(provider, precisionOf(model))
    const job = { kind: 'arms' as const, model, arms: [a, oursArm(provider)].map(serially), blocks: requests }
    const { result } = await measurePage<ArmsResult>(site, job, { flags })
    const prompt = requests[0]?.[0]?.promptIds.length ?? 0
    const config = await weightShapeOf(site, model)
    return {
      adapter: copy.result.adapter,
      copyBytesPerSecond: bandwidth,
      arms: compareArms(result.turns, { reference: a.name, warmUpBlocks, rate: 'decode' }).map((summary) => {
        const precision = result.facts[summary.arm]?.info?.cell.precision ?? 'q4'
        const perToken = bytesPerToken(config, precision, prompt + tokens / 2)
        const perSecond = summary.tokensPerSecond
        return {
          arm: summary.arm,
          precision,
          tokensPerSecond: perSecond,
          bytesPerToken: perToken,
          share: perSecond === null || bandwidth === null ? null : (perSecond.value * perToken) / bandwidth.value,
        }
      }),
    }
  },
  render(facts, settings) {
    const own = facts.arms.find(({ arm }) => arm.startsWith('C'))
    const gigabytes = (facts.copyBytesPerSecond?.value ?? Number.NaN) / GIGA
    const floor = gigabytes >= 1_000 ? 0.2 : 0.5
    return {
      targets: settings.realGpu
        ? [{ what: `Share of copy bandwidth (${settings.model})`, measured: own?.share ?? null, kind: 'least', floor }]
        : [],
      markdown: `### Roofline, ${placeName(settings)}

A copy kernel of our own reads and writes ${number(gigabytes)} GB/s on this device (${facts.adapter === '' ? 'unnamed' : facts.adapter}).
${settings.realGpu ? '' : 'Software computes on the processor, so the share says nothing here but that the probe works.\n'}
${table(
  ['arm', 'precision', 'tokens/s', 'MB read per token', 'share of the copy bandwidth'],
  facts.arms.map((one) => [
    one.arm,
    one.precision,
    spread(one.tokensPerSecond),
    number(one.bytesPerToken / 1e6),
    one.share === null ? '–' : `${(100 * one.share).toFixed(1)} %`,
  ]),
)}`,
      plots: {},
    }
  },
})
