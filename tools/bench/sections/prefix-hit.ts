import type { ArmRequest } from '../arms/arm.ts'
import type { ArmsResult } from '../arms/arms-job.ts'
import { precisionOf } from '../bench-model.ts'
import { measurePage } from '../measure-page.ts'
import { barPlot } from '../plot/bar-plot.ts'
import { table } from '../report.ts'
import { type Interval, medianInterval } from '../statistics/bootstrap.ts'
import { type ArmTurn, pairTurns } from '../statistics/compare-arms.ts'
import { oursArm, serially, transformersArm, withoutArm } from './arms-of.ts'
import { defineSection, runName } from './section.ts'
import { placeName, spread, times } from './wording.ts'

const PREFIX_TOKENS = 256
const TOKENS = 8

interface PrefixFacts {
  arms: { arm: string; blocks: number; firstTokenMs: Interval | null; sooner: Interval | null }[]
}

/** Two people ask about the same long text: how soon the second one has a first token. */
export const prefixHit = defineSection<PrefixFacts>({
  name: 'prefix-hit',
  providers: ['wasm', 'webgpu'],
  async run({ site, flags, model, provider, blocks, warmUpBlocks, openings }) {
    const without = withoutArm(provider, 'prefixCache').name
    const arms = [
      transformersArm(provider, precisionOf(model)),
      withoutArm(provider, 'prefixCache'),
      oursArm(provider),
    ].map(serially)
    const requests = Array.from({ length: blocks }, (_, block) => sharedPrefix(openings(block, 64)))
    const { result } = await measurePage<ArmsResult>(site, { kind: 'arms', model, arms, blocks: requests }, { flags })
    return {
      arms: [...pairTurns(result.turns, { reference: without, warmUpBlocks })].map(([arm, { pairs }]) => ({
        arm,
        blocks: pairs.length,
        firstTokenMs: medianInterval(pairs.map(({ turn }) => secondFirstTokenMs(turn))),
        sooner: medianInterval(
          pairs.map(({ turn, reference }) => secondFirstTokenMs(reference) / secondFirstTokenMs(turn)),
        ),
      })),
    }
  },
  render(facts, settings) {
    const place = placeName(settings)
    const own = facts.arms.find(({ arm }) => arm.startsWith('C'))
    return {
      targets: [
        {
          what: `First token on a hit of ${PREFIX_TOKENS} tokens, ${place}: sooner than without`,
          measured: own?.sooner?.value ?? null,
          kind: 'least',
          floor: 5,
        },
      ],
      markdown: `### A prompt that begins like another, ${place}

The second of two prompts that share their first ${PREFIX_TOKENS} tokens and differ after: time to its first token.

${table(
  ['arm', 'blocks', 'first token, ms', 'sooner than without the cache'],
  facts.arms.map(({ arm, blocks, firstTokenMs, sooner }) => [arm, String(blocks), spread(firstTokenMs), times(sooner)]),
)}

![Time to the first token](benchmarks/${runName('prefix-hit', settings)}.svg)`,
      plots: {
        [runName('prefix-hit', settings)]: barPlot({
          title: `First token after a known prefix, ${place}`,
          subtitle: `${settings.model}, ${PREFIX_TOKENS} tokens in common; medians with 95 % intervals; less is better`,
          axis: 'milliseconds',
          bars: facts.arms.flatMap(({ arm, firstTokenMs }) =>
            firstTokenMs === null ? [] : [{ label: arm, interval: firstTokenMs, own: arm.startsWith('C') }],
          ),
        }),
      },
    }
  },
})

/** Two prompts of which the first part is the same, made of a block's own openings, so that no earlier block helps. */
export function sharedPrefix(openings: readonly ArmRequest[]): ArmRequest[] {
  const ids = openings.flatMap(({ promptIds }) => promptIds)
  const prefix = ids.slice(0, PREFIX_TOKENS)
  const [first = 1, second = 2] = ids.slice(PREFIX_TOKENS).filter((id, i, rest) => rest.indexOf(id) === i)
  return [first, second].map((id) => ({ promptIds: [...prefix, id], maxTokens: TOKENS }))
}

/** From the last token of the first answer to the first one of the second. */
function secondFirstTokenMs({ answers: [first, second] }: ArmTurn): number {
  return (second?.arrivalsMs[0] ?? Number.NaN) - (first?.arrivalsMs.at(-1) ?? Number.NaN)
}
