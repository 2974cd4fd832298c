import type { CheckTiming } from '../arms/arm.ts'
import type { ChecksResult } from '../arms/arms-job.ts'
import { openBenchModel } from '../bench-model.ts'
import { measurePage } from '../measure-page.ts'
import { linePlot } from '../plot/line-plot.ts'
import { table } from '../report.ts'
import { type Interval, medianInterval } from '../statistics/bootstrap.ts'
import { oursArm } from './arms-of.ts'
import { engineFactsOf } from './engine-facts.ts'
import { defineSection, runName } from './section.ts'
import { number, placeName, spread, times } from './wording.ts'

const TOKENS = 256
/** Random weights of growing size; on software WebGPU the embedded model alone takes minutes. */
const CURVE = { wasm: ['5m', '20m', '60m', '100m'], webgpu: [] } as const
/** Blocks of a point of the curve: an answer of the largest takes ten seconds, and is drowned in less noise than the smallest. */
const CURVE_BLOCKS = 4

interface CheckedModel {
  model: string
  parameters: number
  tokens: number
  path: string
  generateMs: Interval | null
  checkMs: Interval | null
  faster: Interval | null
  /** Answers whose every token and segment was found as claimed. */
  exact: number
  answers: number
}

interface CheckingFacts {
  models: CheckedModel[]
}

/** How much sooner a check is done than the answer it checks. */
export const checking = defineSection<CheckingFacts>({
  name: 'checking',
  providers: ['wasm', 'webgpu'],
  async run({ site, flags, model, provider, realGpu, blocks, warmUpBlocks, tokens, short, openings }) {
    const models = [await openBenchModel(site, model)]
    for (const name of CURVE[provider].slice(0, short ? 1 : undefined)) models.push(await openBenchModel(site, name))
    const length = provider === 'webgpu' && !realGpu ? tokens : TOKENS
    const checked: CheckedModel[] = []
    // A page of its own for each: what one leaves in memory would slow the next.
    for (const { name, parameters } of models) {
      const count = name === model ? blocks : Math.min(blocks, warmUpBlocks + CURVE_BLOCKS)
      const requests = Array.from({ length: count }, (_, block) =>
        openings(block, 1).map((request) => ({ ...request, maxTokens: length })),
      ).flat()
      const { result } = await measurePage<ChecksResult>(
        site,
        { kind: 'checks', models: [name], spec: oursArm(provider), requests },
        { flags },
      )
      const [one] = result.models
      if (one === undefined) continue
      const timings = one.timings.slice(warmUpBlocks)
      checked.push({
        model: name,
        parameters,
        tokens: length,
        path: engineFactsOf(one.facts).sentence,
        generateMs: medianInterval(timings.map(({ generateMs }) => generateMs)),
        checkMs: medianInterval(timings.map(({ checkMs }) => checkMs)),
        faster: medianInterval(timings.map(({ generateMs, checkMs }) => generateMs / checkMs)),
        exact: timings.filter(isExact).length,
        answers: timings.length,
      })
    }
    return { models: checked }
  },
  render({ models }, settings) {
    const place = placeName(settings)
    const [first] = models
    const curve = models
      .flatMap(({ parameters, faster }) => (faster === null ? [] : [{ x: parameters / 1e6, y: faster.value }]))
      .toSorted((a, b) => a.x - b.x)
    const plotted = curve.length > 1
    const floor = settings.provider === 'wasm' ? 3 : 10
    return {
      targets: [
        {
          what: `Checking, ${place}: times faster than generating (${first?.model ?? ''}, ${first?.tokens ?? 0} tokens)`,
          measured: first?.faster?.value ?? null,
          kind: 'least',
          floor,
        },
      ],
      markdown: `### Checking, ${place}

An answer is generated, sampled, then checked by one prefill over prompt and answer. ${first?.path ?? ''}

${table(
  ['model', 'parameters, millions', 'tokens', 'generating, ms', 'checking, ms', 'checking is faster', 'found exact'],
  models.map((one) => [
    one.model,
    number(one.parameters / 1e6),
    String(one.tokens),
    spread(one.generateMs),
    spread(one.checkMs),
    times(one.faster),
    `${one.exact} of ${one.answers}`,
  ]),
)}
${plotted ? `\n![Checking against generating, by the model's size](benchmarks/${runName('checking', settings)}.svg)` : ''}`,
      plots: plotted
        ? {
            [runName('checking', settings)]: linePlot({
              title: `Checking against generating, ${place}`,
              subtitle: `${first?.tokens ?? 0} tokens; the embedded model and random weights of other sizes`,
              xAxis: 'parameters, millions',
              yAxis: 'times faster than generating',
              series: [{ label: 'Locus', points: curve }],
              mark: { y: floor, label: `goal: ${floor} ×` },
            }),
          }
        : {},
    }
  },
})

function isExact({ tokens, tokensMatched, segments, segmentsEqual }: CheckTiming): boolean {
  return tokens === tokensMatched && segments === segmentsEqual
}
