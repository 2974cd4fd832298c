import type { Engine } from '../../../src/participant/ports.ts'
import type { Arm, ArmSpec } from './arm.ts'
import { locusArm } from './locus-arm.ts'
import { fetchBytes, fetchManifest } from './model-files.ts'
import { openVouchers, paidBySegment } from './voucher-cost.ts'

/** The engine as the app has it: its client in the page, its own worker, every token a message between the two. */
export async function openEngineArm(engine: Engine, spec: ArmSpec, model: string): Promise<Arm> {
  const startedMs = performance.now()
  const source = await fetchManifest(model)
  const readFile = (path: string) => fetchBytes(model, path)
  const info = await engine.load({ ...source, readFile, provider: spec.provider })
  // Here waiting would hold up the page.
  const served =
    spec.kind === 'paid-engine' ? paidBySegment(engine, await openVouchers({ isPayerElsewhere: true })) : engine
  return locusArm(served, info, { startedMs, readCpu: null, close: () => engine.stop() })
}
