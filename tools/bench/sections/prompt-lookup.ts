import type { ArmRequest } from '../arms/arm.ts'
import type { ArmsResult } from '../arms/arms-job.ts'
import { measurePage } from '../measure-page.ts'
import { table } from '../report.ts'
import { type ArmSummary, compareArms } from '../statistics/compare-arms.ts'
import { oursArm, serially, withoutArm } from './arms-of.ts'
import { defineSection, type SectionContext } from './section.ts'
import { blocksOf, placeName, spread, times } from './wording.ts'

/** Long enough to have come round at least once. */
const REFRAIN_TOKENS = 200

interface LookupFacts {
  copy: ArmSummary[]
  story: ArmSummary[]
}

/** Guessing the next tokens from the text so far: what it gives where the answer repeats the prompt, and costs where it does not. */
export const promptLookup = defineSection<LookupFacts>({
  name: 'prompt-lookup',
  providers: ['wasm', 'webgpu'],
  async run(context) {
    const stories = Array.from({ length: context.blocks }, (_, block) => context.openings(block, 1))
    return { copy: await compare(context, await refrains(context, stories)), story: await compare(context, stories) }
  },
  render(facts, settings) {
    const place = placeName(settings)
    const own = (summaries: ArmSummary[]) => summaries.find(({ arm }) => arm.startsWith('C'))?.ratio?.value ?? null
    const rows = Object.entries({ 'copies its prompt': facts.copy, story: facts.story }).flatMap(([text, summaries]) =>
      summaries.map((summary) => [
        text,
        summary.arm,
        blocksOf(summary),
        spread(summary.tokensPerSecond),
        times(summary.ratio),
      ]),
    )
    return {
      targets: [
        {
          what: `Prompt lookup on an answer that copies its prompt, ${place}: tokens/s, of without`,
          measured: own(facts.copy),
          kind: 'least',
          floor: 1.5,
        },
        {
          what: `Prompt lookup on a story, ${place}: tokens/s, of without`,
          measured: own(facts.story),
          kind: 'least',
          floor: 0.97,
        },
      ],
      markdown: `### Prompt lookup, ${place}

Greedy, ${settings.tokens} tokens, the same tokens with and without. A prompt that the answer copies ends in the model's own refrain: its first ${REFRAIN_TOKENS}
tokens after the opening.

${table(['text', 'arm', 'blocks', 'tokens/s', 'of without'], rows)}`,
      plots: {},
    }
  },
})

/**
 * A small model left to itself ends in a refrain. A prompt that holds its refrain is one that the answer copies: nothing else makes a model
 * that was never taught to quote do so.
 */
async function refrains(
  { site, flags, model, tokens }: SectionContext,
  stories: ArmRequest[][],
): Promise<ArmRequest[][]> {
  const arm = withoutArm('wasm', 'speculation')
  const blocks = stories.map((requests) => requests.map((request) => ({ ...request, maxTokens: REFRAIN_TOKENS })))
  const job = { kind: 'arms' as const, model, arms: [serially(arm)], blocks }
  const { result } = await measurePage<ArmsResult>(site, job, { flags })
  return result.turns.map(({ answers, block }) =>
    answers.map(({ ids }, i) => ({
      promptIds: [...(stories[block]?.[i]?.promptIds ?? []), ...ids],
      maxTokens: tokens,
    })),
  )
}

async function compare(
  { site, flags, model, provider, warmUpBlocks }: SectionContext,
  blocks: ArmRequest[][],
): Promise<ArmSummary[]> {
  const without = withoutArm(provider, 'speculation')
  const arms = [without, oursArm(provider)].map(serially)
  const { result } = await measurePage<ArmsResult>(site, { kind: 'arms', model, arms, blocks }, { flags })
  return compareArms(result.turns, { reference: without.name, warmUpBlocks, rate: 'decode' })
}
