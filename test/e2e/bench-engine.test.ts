import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChecksResult, EvidenceResult, RooflineResult } from '../../tools/bench/arms/arms-job.ts'
import { EMBEDDED_MODEL, openBenchModel } from '../../tools/bench/bench-model.ts'
import { type BenchSite, startBenchSite } from '../../tools/bench/bench-site.ts'
import { markdownOf } from '../../tools/bench/engine-report.ts'
import { measurePage } from '../../tools/bench/measure-page.ts'
import { openModelFolder } from '../../tools/bench/node-runtime.ts'
import { openingsFrom } from '../../tools/bench/prompts.ts'
import { oursArm } from '../../tools/bench/sections/arms-of.ts'
import type { SectionContext } from '../../tools/bench/sections/section.ts'
import { SECTIONS } from '../../tools/bench/sections/sections.ts'
import type { ArmSummary } from '../../tools/bench/statistics/compare-arms.ts'
import { CHROMIUM_FLAGS } from '../../tools/test/chromium.ts'
import { createTokenizer } from '../../workers/inference/text/tokenizer.ts'

/** The benchmark in its short form: that it measures the same thing for everybody, not how fast anything is. */
describe('the engine benchmark', () => {
  let site: BenchSite
  let context: SectionContext

  beforeAll(async () => {
    site = await startBenchSite()
    await openBenchModel(site, EMBEDDED_MODEL)
    const { readFile } = await openModelFolder()
    const tokenizer = createTokenizer({
      tokenizerJson: await readFile('tokenizer.json'),
      tokenizerConfigJson: await readFile('tokenizer_config.json'),
    })
    context = {
      site,
      openings: openingsFrom((text) => tokenizer.encode(text), 12),
      flags: CHROMIUM_FLAGS,
      model: EMBEDDED_MODEL,
      provider: 'wasm',
      realGpu: false,
      short: true,
      blocks: 2,
      warmUpBlocks: 1,
      tokens: 12,
    }
  })

  afterAll(() => site.stop())

  function sectionNamed(name: string) {
    const section = SECTIONS.find((one) => one.name === name)
    if (section === undefined) throw new Error(`no section ${name}`)
    return section
  }

  it('has every arm give the tokens that transformers.js gives', async () => {
    const section = sectionNamed('one-request')
    const facts = (await section.run(context)) as { toA: ArmSummary[] }
    expect(facts.toA.map(({ arm }) => arm.split(' ')[0])).toEqual(['A', 'A′', 'B', 'C', 'C′'])
    for (const { arm, blocks, voidBlocks, ratio } of facts.toA) {
      expect({ arm, blocks, voidBlocks }).toEqual({ arm, blocks: 1, voidBlocks: 0 })
      expect(ratio?.value).toBeGreaterThan(0)
    }
    const { provider, model, realGpu, short, blocks, warmUpBlocks, tokens } = context
    const settings = { provider, model, realGpu, short, blocks, warmUpBlocks, tokens }
    const text = markdownOf([{ section: section.name, settings, machine: 'a machine', facts }])
    expect(text).toContain('| C Locus | 1 |')
    expect(text).not.toContain('NaN')
    const [plot] = Object.values(section.render(facts, settings).plots)
    expect(plot).toContain('tokens per second')
  })

  it('answers eight requests at once with the tokens of one after another', async () => {
    const facts = (await sectionNamed('eight-requests').run(context)) as { toSerialA: ArmSummary[] }
    for (const { arm, blocks, voidBlocks, gapP95Ms } of facts.toSerialA) {
      expect({ arm, blocks, voidBlocks }).toEqual({ arm, blocks: 1, voidBlocks: 0 })
      expect(gapP95Ms).toBeGreaterThanOrEqual(0)
    }
  })

  it('checks what it generated, and finds all of it', async () => {
    const requests = context.openings(0, 1)
    const spec = oursArm('wasm')
    const job = { kind: 'checks' as const, models: [EMBEDDED_MODEL], spec, requests }
    const { result } = await measurePage<ChecksResult>(site, job)
    const [timing] = result.models[0]?.timings ?? []
    expect(timing).toMatchObject({ tokens: 12, tokensMatched: 12, segments: 1, segmentsEqual: 1 })
  })

  it('measures how fast the device copies, and what a receipt costs', async () => {
    const copy = await measurePage<RooflineResult>(site, { kind: 'roofline', bytes: 2 ** 22, repetitions: 2 })
    expect(copy.result.bytes).toBe(2 ** 22)
    for (const bytesPerSecond of copy.result.bytesPerSecond) expect(bytesPerSecond).toBeGreaterThan(0)
    const evidence = { kind: 'evidence' as const, hiddenSize: 8, tokens: 40, repetitions: 2 }
    const { result } = await measurePage<EvidenceResult>(site, evidence)
    expect(result.hashMs.length).toBe(2)
    expect(result.signMs.every((ms) => ms >= 0)).toBe(true)
  })
})
