import { SEGMENT_TOKENS } from '../../../src/protocol/limits.ts'
import type { ArmsResult, VoucherResult } from '../arms/arms-job.ts'
import { measurePage } from '../measure-page.ts'
import { table } from '../report.ts'
import { type Interval, medianInterval } from '../statistics/bootstrap.ts'
import { compareArms } from '../statistics/compare-arms.ts'
import { engineArm, paidArm, serially } from './arms-of.ts'
import { defineSection } from './section.ts'
import { placeName, spread } from './wording.ts'

/** Half of them only warm up: a device that is paid has its code compiled. */
const REPETITIONS = 200

interface VoucherFacts {
  rememberMs: Interval | null
  signMs: Interval | null
  verifyMs: Interval | null
  journalMs: Interval | null
  /** Of one segment, in the app. */
  decodeMs: number | null
  /** Tokens per second of a provider that is paid, of one that is not. */
  ratio: Interval | null
}

/** What paying for one segment costs, of the time in which it is decoded. */
export const voucher = defineSection<VoucherFacts>({
  name: 'voucher',
  providers: ['wasm', 'webgpu'],
  async run({ site, flags, model, provider, blocks, warmUpBlocks, openings }) {
    const { result } = await measurePage<VoucherResult>(site, { kind: 'voucher', repetitions: REPETITIONS }, { flags })
    const [unpaid, paid] = [engineArm(provider), paidArm(provider)]
    const requests = Array.from({ length: blocks }, (_, block) => openings(block, 1))
    const job = { kind: 'arms' as const, model, arms: [serially(unpaid), serially(paid)], blocks: requests }
    const { result: decoded } = await measurePage<ArmsResult>(site, job, { flags })
    const arms = compareArms(decoded.turns, { reference: unpaid.name, warmUpBlocks, rate: 'decode' })
    const perSecond = arms.find(({ arm }) => arm === unpaid.name)?.tokensPerSecond?.value ?? null
    const warm = (all: number[]): Interval | null => medianInterval(all.slice(REPETITIONS / 2))
    return {
      rememberMs: warm(result.rememberMs),
      signMs: warm(result.signMs),
      verifyMs: warm(result.verifyMs),
      journalMs: warm(result.journalMs),
      decodeMs: perSecond === null ? null : (SEGMENT_TOKENS * 1_000) / perSecond,
      ratio: arms.find(({ arm }) => arm === paid.name)?.ratio ?? null,
    }
  },
  render(facts, settings) {
    const place = placeName(settings)
    const added = facts.ratio === null ? null : 1 / facts.ratio.value - 1
    const stepsMs = [facts.signMs, facts.verifyMs, facts.journalMs].reduce((sum, step) => sum + (step?.value ?? 0), 0)
    const share = facts.decodeMs === null ? null : stepsMs / facts.decodeMs
    const percent = (part: number | null): string => (part === null ? '–' : `${(100 * part).toFixed(2)} %`)
    return {
      targets: [
        {
          what: `Being paid by the segment, ${place}: what it adds to a segment's decode time (${settings.model})`,
          measured: added,
          kind: 'most',
          floor: 0.02,
        },
      ],
      markdown: `### What a voucher costs, ${place}

One segment of ${SEGMENT_TOKENS} tokens is paid: the payer remembers the amount and signs, the payee verifies and journals, both in IndexedDB with strict durability, which waits for the
disk. The worker decodes on meanwhile, and a segment is handed on once the one before is paid: the last two columns are ${settings.model} writing an answer of ${settings.tokens} tokens so, with
signing, verifying and journaling in its page, beside the same answer unpaid, block by block. What of the steps is waiting for the disk delays nothing then.

${table(
  [
    'remembering, ms',
    'signing, ms',
    'verifying, ms',
    'journaling, ms',
    'decoding the segment, ms',
    'signing, verifying, journaling',
    'tokens/s paid, of unpaid',
    'added',
  ],
  [
    [
      spread(facts.rememberMs),
      spread(facts.signMs),
      spread(facts.verifyMs),
      spread(facts.journalMs),
      facts.decodeMs?.toFixed(1) ?? '–',
      percent(share),
      spread(facts.ratio),
      percent(added),
    ],
  ],
)}`,
      plots: {},
    }
  },
})
