import type { Manner } from '../arms/arm.ts'
import type { ArmsResult } from '../arms/arms-job.ts'
import { precisionOf } from '../bench-model.ts'
import { measurePage } from '../measure-page.ts'
import { barPlot } from '../plot/bar-plot.ts'
import { table } from '../report.ts'
import { type ArmSummary, compareArms } from '../statistics/compare-arms.ts'
import { oursArm, transformersArm, withoutArm } from './arms-of.ts'
import { type EngineFacts, engineFactsOf } from './engine-facts.ts'
import { defineSection, runName } from './section.ts'
import { blocksOf, number, placeName, spread, times } from './wording.ts'

const REQUESTS = 8

interface EightFacts {
  toSerialA: ArmSummary[]
  toSerialC: ArmSummary[]
  engine: EngineFacts
}

/** Eight people ask at once: how much all of them get, and how long one of them waits between two tokens. */
export const eightRequests = defineSection<EightFacts>({
  name: 'eight-requests',
  providers: ['wasm', 'webgpu'],
  async run({ site, flags, model, provider, blocks, warmUpBlocks, short, openings }) {
    const a = transformersArm(provider, precisionOf(model))
    const c = oursArm(provider)
    const named = (spec: typeof a, how: string, manner: Manner) => ({
      spec: { ...spec, name: `${spec.name}, ${how}` },
      manner,
    })
    const arms = [
      named(a, 'in turn', 'serial'),
      named(a, 'one batch', 'batched'),
      named(c, 'in turn', 'serial'),
      named(c, 'at once', 'concurrent'),
      ...(short ? [] : [named(withoutArm(provider, 'batch'), 'at once', 'concurrent')]),
    ]
    const requests = Array.from({ length: blocks }, (_, block) => equallyLong(openings(block, REQUESTS)))
    const { result } = await measurePage<ArmsResult>(site, { kind: 'arms', model, arms, blocks: requests }, { flags })
    const compare = (reference: string) => compareArms(result.turns, { reference, warmUpBlocks, rate: 'whole' })
    return {
      toSerialA: compare(`${a.name}, in turn`),
      toSerialC: compare(`${c.name}, in turn`),
      engine: engineFactsOf(result.facts[`${c.name}, at once`]),
    }
  },
  render(facts, settings) {
    const place = placeName(settings)
    const own = facts.toSerialA.find(({ arm }) => arm.startsWith('C') && arm.endsWith('at once'))
    const rows = facts.toSerialA.map((summary, i) => [
      summary.arm,
      blocksOf(summary),
      spread(summary.tokensPerSecond),
      times(summary.ratio),
      times(facts.toSerialC[i]?.ratio ?? null),
      number(summary.firstTokenMs),
      number(summary.gapP95Ms),
    ])
    return {
      // On a processor one request already has the whole of it; what eight gain is told, not promised.
      targets:
        settings.provider === 'wasm'
          ? []
          : [
              {
                what: `Eight requests on ${place}: tokens/s of all, of transformers.js in turn (A)`,
                measured: own?.ratio?.value ?? null,
                kind: 'least',
                floor: 4,
              },
            ],
      markdown: `### Eight requests, ${place}

${facts.engine.sentence} ${REQUESTS} greedy answers of ${settings.tokens} tokens, all asked for at once; tokens/s of all of them together, prompts included.

${table(
  ['arm', 'blocks', 'tokens/s', 'of A in turn', 'of ours in turn', 'first token, ms', '95 % of gaps below, ms'],
  rows,
)}

![Tokens per second of eight requests together](benchmarks/${runName('eight-requests', settings)}.svg)`,
      plots: {
        [runName('eight-requests', settings)]: barPlot({
          title: `Eight requests, ${place}`,
          subtitle: `${settings.model}, greedy, ${settings.tokens} tokens each; medians with 95 % intervals`,
          axis: 'tokens per second, all requests together',
          bars: facts.toSerialA.flatMap(({ arm, tokensPerSecond }) =>
            tokensPerSecond === null ? [] : [{ label: arm, interval: tokensPerSecond, own: arm.startsWith('C') }],
          ),
        }),
      },
    }
  },
})

/** A batch of transformers.js has one length; padding it would change its bits, and then nothing could be compared. */
function equallyLong<R extends { promptIds: number[] }>(requests: R[]): R[] {
  const length = Math.min(...requests.map(({ promptIds }) => promptIds.length))
  return requests.map((request) => ({ ...request, promptIds: request.promptIds.slice(0, length) }))
}
