import type { ArmPrecision, ArmProvider } from '../arms/arm.ts'
import type { ArmsResult } from '../arms/arms-job.ts'
import { precisionOf } from '../bench-model.ts'
import { measurePage } from '../measure-page.ts'
import { barPlot } from '../plot/bar-plot.ts'
import { table } from '../report.ts'
import { type ArmSummary, compareArms } from '../statistics/compare-arms.ts'
import {
  engineArm,
  oursArm,
  plainArm,
  serially,
  transformersArm,
  transformersOnOurOrtArm,
  withoutArm,
} from './arms-of.ts'
import { type EngineFacts, engineFactsOf } from './engine-facts.ts'
import { defineSection, runName, type Target } from './section.ts'
import { blocksOf, number, placeName, spread, times } from './wording.ts'

interface OneRequestFacts {
  toA: ArmSummary[]
  toB: ArmSummary[]
  /** What each technique gives: ours to ours without it. */
  toC: ArmSummary[]
  engine: EngineFacts
}

const C = 'C Locus'

/** Peers first: what A and B do is what everything is compared with. */
function armsOf(provider: ArmProvider, precision: ArmPrecision, short: boolean) {
  const a = transformersArm(provider, precision)
  const b = plainArm(provider, precision)
  const peers = [a, transformersOnOurOrtArm(provider, precision), b]
  const ours = [oursArm(provider), engineArm(provider)]
  if (short) return { a: a.name, b: b.name, arms: [...peers, ...ours] }
  const twins = provider === 'wasm' ? [transformersArm(provider, 'fp32'), plainArm(provider, 'fp32')] : []
  const without = ([provider === 'wasm' ? 'expand' : 'capture', 'window', 'speculation'] as const).map((technique) =>
    withoutArm(provider, technique),
  )
  return { a: a.name, b: b.name, arms: [...peers, ...twins, ...ours, ...without] }
}

export const oneRequest = defineSection<OneRequestFacts>({
  name: 'one-request',
  providers: ['wasm', 'webgpu'],
  async run({ site, flags, model, provider, blocks, warmUpBlocks, short, openings }) {
    const { a, b, arms } = armsOf(provider, precisionOf(model), short)
    const { result } = await measurePage<ArmsResult>(
      site,
      {
        kind: 'arms',
        model,
        arms: arms.map(serially),
        blocks: Array.from({ length: blocks }, (_, block) => openings(block, 1)),
      },
      { flags },
    )
    const compare = (reference: string) => compareArms(result.turns, { reference, warmUpBlocks, rate: 'decode' })
    return {
      toA: compare(a),
      toB: compare(b),
      toC: compare(C),
      engine: engineFactsOf(result.facts[C]),
    }
  },
  render(facts, settings) {
    const { provider, tokens } = settings
    const ofC = (summaries: ArmSummary[]) => summaries.find(({ arm }) => arm === C) ?? null
    // A guess that comes true makes a token cheaper, not a step.
    const ofSteps = (summaries: ArmSummary[]) =>
      summaries.find(({ arm }) => arm === withoutArm(provider, 'speculation').name) ?? ofC(summaries)
    const rows = facts.toA.map((summary, i) => [
      summary.arm,
      blocksOf(summary),
      spread(summary.tokensPerSecond),
      times(summary.ratio),
      times(facts.toC[i]?.ratio ?? null),
      number(summary.workerMsPerToken),
      times(facts.toB[i]?.workerRatio ?? null),
      number(summary.processMsPerToken),
    ])
    const targets: Target[] =
      provider === 'wasm'
        ? [
            {
              what: 'One request on WASM: tokens/s, of transformers.js (A)',
              measured: ofC(facts.toA)?.ratio?.value ?? null,
              kind: 'least',
              floor: 1.3,
            },
          ]
        : [
            {
              what: `CPU of the thread per step (${settings.model}), ${placeName(settings)}: of a plain loop on the same graph (B)`,
              measured: ofSteps(facts.toB)?.workerRatio?.value ?? null,
              kind: 'most',
              floor: 1 / 5,
            },
            {
              what: `CPU of the thread per step (${settings.model}), ${placeName(settings)}: of transformers.js (A)`,
              measured: ofSteps(facts.toA)?.workerRatio?.value ?? null,
              kind: 'most',
              floor: 1 / 5,
            },
          ]
    const place = placeName(settings)
    return {
      targets,
      markdown: `### One request, ${place}

${facts.engine.sentence} Greedy, ${tokens} tokens. A block is void where an arm's tokens differ from A's.

${table(['arm', 'blocks', 'tokens/s', 'of A', 'of C', 'CPU of its thread, ms per token', 'of B', 'CPU of the page, ms per token'], rows)}

![Tokens per second of each arm](benchmarks/${runName('one-request', settings)}.svg)`,
      plots: {
        [runName('one-request', settings)]: barPlot({
          title: `One request, ${place}`,
          subtitle: `${settings.model}, greedy, ${tokens} tokens a block; medians with 95 % intervals`,
          axis: 'tokens per second',
          bars: facts.toA.flatMap(({ arm, tokensPerSecond }) =>
            tokensPerSecond === null ? [] : [{ label: arm, interval: tokensPerSecond, own: arm.startsWith('C') }],
          ),
        }),
      },
    }
  },
})
