import type { CheckOptions, EngineInfo, GenerateOptions, GenerationEvent } from '../../../src/engine/messages.ts'
import { type CheckReport, segmentsEqualIn } from '../../../src/protocol/evidence/check-report.ts'
import type { Sampler } from '../../../src/protocol/sampling/sampler.ts'
import type { Runtime } from '../../../workers/inference/runtime.ts'
import { GREEDY } from '../../greedy.ts'
import type { TimedAnswer } from '../statistics/compare-arms.ts'
import type { Arm, ArmRequest, ArmSpec, CheckTiming, Manner } from './arm.ts'
import { fetchBytes, fetchManifest } from './model-files.ts'
import { clocksOf, type ReadCpu, readPageCpu, type TokenClock } from './token-clock.ts'

/** As people ask: where every token is a draw, guessing ahead cannot make an answer's time look short. */
const SAMPLED: Sampler = { temperatureMilli: 800, topK: 40, topPMilli: 950 }

const SEED = Uint8Array.from({ length: 32 }, (_, i) => i + 1)

/** What the runtime in a worker and the app's engine before one have in common. */
interface Generator {
  generate(options: GenerateOptions, signal: AbortSignal): AsyncIterable<GenerationEvent>
  check(options: CheckOptions, signal: AbortSignal): Promise<CheckReport>
}

/** The engine's own runtime, self-tested as in the app, rows hashed and segments committed: a receipt could be signed for each answer. */
export async function openLocusArm(runtime: Runtime, spec: ArmSpec, model: string): Promise<Arm> {
  const startedMs = performance.now()
  const source = await fetchManifest(model)
  const files = { readFile: (path: string) => fetchBytes(model, path), progress: () => undefined }
  const info = await runtime.load({ ...source, provider: spec.provider }, files, new AbortController().signal)
  return locusArm(runtime, info, { startedMs, readCpu: readPageCpu, close: () => runtime.release() })
}

export interface LocusArmOptions {
  startedMs: number
  /** Null where waiting for an answer would hold up more than the arm. */
  readCpu: ReadCpu | null
  close(): Promise<void>
}

export function locusArm(generator: Generator, info: EngineInfo, options: LocusArmOptions): Arm {
  const { startedMs, readCpu, close } = options
  const never = new AbortController().signal

  async function answerOne({ promptIds, maxTokens }: ArmRequest, clock: TokenClock, sampler = GREEDY) {
    const asked = { promptIds, sampler, seed: SEED }
    const claim: CheckOptions = {
      ...asked,
      outputIds: [],
      rowsHashes: [],
      commitments: [],
      probes: [],
      cell: info.cell,
    }
    const generation = generator.generate({ ...asked, maxTokens, resumedIds: [], stopIds: [] }, never)
    for await (const event of generation) {
      if (event.type === 'tokens') {
        clock.arrived(event.ids, event.position)
      } else if (event.type === 'segment') {
        claim.outputIds.push(...event.ids)
        claim.rowsHashes.push(event.rowsHash)
        claim.commitments.push(event.commitment)
      }
    }
    return { answer: clock.finished(), claim }
  }

  return {
    facts: { ortVersion: info.cell.ortVersion, openMs: performance.now() - startedMs, info },
    async answer(requests, manner: Manner) {
      const newClock = clocksOf(requests, readCpu)
      if (manner !== 'serial') {
        const all = await Promise.all(requests.map((request) => answerOne(request, newClock())))
        return all.map(({ answer }) => answer)
      }
      const answers: TimedAnswer[] = []
      for (const request of requests) answers.push((await answerOne(request, newClock())).answer)
      return answers
    },
    async check(request): Promise<CheckTiming> {
      const startMs = performance.now()
      const { claim } = await answerOne(request, clocksOf([request], null)(), SAMPLED)
      const generateMs = performance.now() - startMs
      const report = await generator.check(claim, never)
      return {
        tokens: report.tokens,
        generateMs,
        checkMs: performance.now() - startMs - generateMs,
        tokensMatched: report.tokensMatched,
        segmentsEqual: segmentsEqualIn(report),
        segments: report.segments.length,
      }
    },
    close,
  }
}
