import { createEngine } from '../../../src/engine/engine.ts'
import type { Arm, ArmSpec, Manner } from '../arms/arm.ts'
import type {
  ArmsJob,
  ArmsResult,
  ChecksJob,
  ChecksResult,
  EvidenceResult,
  PageJob,
  RooflineResult,
  VoucherResult,
} from '../arms/arms-job.ts'
import { openArmWorker } from '../arms/call-arm.ts'
import { openEngineArm } from '../arms/engine-arm.ts'
import { evidenceCost } from '../arms/evidence-cost.ts'
import { runBlocks } from '../arms/run-blocks.ts'
import { voucherCost } from '../arms/voucher-cost.ts'
import { type ComparedPair, compareEngines } from './compare-engines.ts'
import { copyBandwidth } from './copy-bandwidth.ts'

export function runPageJob(
  job: PageJob,
): Promise<ArmsResult | ChecksResult | RooflineResult | EvidenceResult | VoucherResult | ComparedPair[]> {
  switch (job.kind) {
    case 'arms':
      return runArms(job)
    case 'checks':
      return runChecks(job)
    case 'roofline':
      return copyBandwidth(job)
    case 'evidence':
      return evidenceCost(job)
    case 'voucher':
      return voucherCost(job)
    case 'compare':
      return compareEngines(createPageEngine, job)
    default:
      return job satisfies never
  }
}

async function runArms(job: ArmsJob): Promise<ArmsResult> {
  const opened: { name: string; arm: Arm; manner: Manner }[] = []
  try {
    // One after another: two models compiled at once would share the machine.
    for (const { spec, manner } of job.arms) {
      opened.push({ name: spec.name, arm: await openArm(spec, job.model), manner })
    }
    const turns = await runBlocks(opened, {
      blocks: job.blocks.length,
      requestsOf: (block) => job.blocks[block] ?? [],
    })
    return { facts: Object.fromEntries(opened.map(({ name, arm }) => [name, arm.facts])), turns }
  } finally {
    for (const { arm } of opened) await arm.close()
  }
}

async function runChecks(job: ChecksJob): Promise<ChecksResult> {
  const result: ChecksResult = { models: [] }
  for (const model of job.models) {
    const arm = await openArm(job.spec, model)
    if (arm.check === null) throw new Error(`${job.spec.name} cannot check`)
    const timings = []
    for (const request of job.requests) timings.push(await arm.check(request))
    result.models.push({ model, facts: arm.facts, timings })
    await arm.close()
  }
  return result
}

function openArm(spec: ArmSpec, model: string): Promise<Arm> {
  if (spec.kind === 'engine' || spec.kind === 'paid-engine') return openEngineArm(createPageEngine(), spec, model)
  // Written out twice: the bundler reads the address where it stands.
  const worker =
    spec.kind === 'transformers-our-ort'
      ? new Worker(new URL('./arm-our-ort/main.ts', import.meta.url), { type: 'module' })
      : new Worker(new URL('./arm/main.ts', import.meta.url), { type: 'module' })
  return openArmWorker(worker, spec, model)
}

export function createPageEngine(): ReturnType<typeof createEngine> {
  return createEngine({
    createWorker: () => new Worker(new URL('../../../workers/inference/main.ts', import.meta.url), { type: 'module' }),
    clock: {
      now: () => Date.now(),
      after(delayMs, callback) {
        const timer = setTimeout(callback, delayMs)
        return () => clearTimeout(timer)
      },
    },
  })
}
