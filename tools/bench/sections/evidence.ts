import type { ArmsResult, EvidenceResult } from '../arms/arms-job.ts'
import { weightShapeOf } from '../bench-model.ts'
import { measurePage } from '../measure-page.ts'
import { table } from '../report.ts'
import { type Interval, medianInterval } from '../statistics/bootstrap.ts'
import { compareArms } from '../statistics/compare-arms.ts'
import { oursArm, serially } from './arms-of.ts'
import { defineSection } from './section.ts'
import { placeName, spread } from './wording.ts'

/** Half of them only warm up: a device that serves has its code compiled. */
const REPETITIONS = 200

interface EvidenceFacts {
  /** Of one answer. */
  hashMs: Interval | null
  signMs: Interval | null
  decodeMs: number | null
  share: number | null
}

/** What a receipt costs, of the time in which its answer is decoded. */
export const evidence = defineSection<EvidenceFacts>({
  name: 'evidence',
  providers: ['wasm', 'webgpu'],
  async run({ site, flags, model, provider, blocks, warmUpBlocks, tokens, openings }) {
    const { hiddenSize } = await weightShapeOf(site, model)
    const cost = await measurePage<EvidenceResult>(
      site,
      { kind: 'evidence', hiddenSize, tokens, repetitions: REPETITIONS },
      { flags },
    )
    const arm = oursArm(provider)
    const requests = Array.from({ length: blocks }, (_, block) => openings(block, 1))
    const job = { kind: 'arms' as const, model, arms: [serially(arm)], blocks: requests }
    const { result } = await measurePage<ArmsResult>(site, job, { flags })
    const [own] = compareArms(result.turns, { reference: arm.name, warmUpBlocks, rate: 'decode' })
    const perSecond = own?.tokensPerSecond?.value ?? null
    const hashMs = medianInterval(cost.result.hashMs.slice(REPETITIONS / 2))
    const signMs = medianInterval(cost.result.signMs.slice(REPETITIONS / 2))
    const decodeMs = perSecond === null ? null : (tokens * 1_000) / perSecond
    const share =
      decodeMs === null || hashMs === null || signMs === null ? null : (hashMs.value + signMs.value) / decodeMs
    return { hashMs, signMs, decodeMs, share }
  },
  render(facts, settings) {
    const place = placeName(settings)
    const percent = facts.share === null ? '–' : `${(100 * facts.share).toFixed(2)} %`
    return {
      targets: [
        {
          what: `Evidence and receipt, ${place}: share of decode time`,
          measured: facts.share,
          kind: 'most',
          floor: 0.02,
        },
      ],
      markdown: `### What a receipt costs, ${place}

An answer of ${settings.tokens} tokens: its rows hashed, its segments chained and signed, its receipt signed, against its decode.

${table(
  ['hashing, ms', 'signing, ms', 'decode, ms', 'share'],
  [[spread(facts.hashMs), spread(facts.signMs), facts.decodeMs?.toFixed(0) ?? '–', percent]],
)}`,
      plots: {},
    }
  },
})
