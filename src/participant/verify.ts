import { CodedError } from '../protocol/errors.ts'
import { type Cell, cellId } from '../protocol/evidence/cell.ts'
import type { CheckReport } from '../protocol/evidence/check-report.ts'
import { judgeCheck, type Verdict } from '../protocol/evidence/judge.ts'
import { findThresholds, type ThresholdTable } from '../protocol/evidence/thresholds.ts'
import { seedOf } from '../protocol/job/job.ts'
import { SEGMENT_TOKENS } from '../protocol/limits.ts'
import { type Bundle, bundleOutputIds, type Leg } from '../protocol/receipt/bundle.ts'
import { faultOfBundle } from '../protocol/receipt/verify.ts'
import type { Probe } from '../protocol/selection/probe-positions.ts'
import type { Locus } from './events.ts'
import type { ModelAccess } from './model-access.ts'
import type { CheckOptions, Engine, EngineInfo } from './ports.ts'

export interface VerifyPorts {
  engine: Engine
  access: ModelAccess
  /** Limits for pairs of cells that owe each other no equality. */
  thresholds: ThresholdTable
}

/** Values of rows that the check is to report; their places depend on the model that is loaded. */
export type ProbesFor = (info: EngineInfo) => Probe[]

/** What became of a check: the verdict, the numbers behind it, and the leg that is to blame if it failed. */
export interface BundleCheck {
  verdict: Verdict
  report: CheckReport | null
  checkedBy: Locus['checkedBy']
  guiltyLeg: number | null
}

/**
 * Re-checks one answer: signatures and hash chain first, which cost nothing, then one prefill over prompt and answer.
 * A device that cannot run the model gives `inconclusive`, not `fail`. The attestations of others count for nothing here.
 * Errors: none; `engine/aborted` if `signal` fires.
 */
export async function checkBundle(
  { engine, access, thresholds }: VerifyPorts,
  bundle: Bundle,
  signal?: AbortSignal,
  probes: ProbesFor = () => [],
): Promise<BundleCheck> {
  const fault = faultOfBundle(bundle)
  if (fault !== null) {
    const verdict: Verdict = { verdict: 'fail', reason: fault.code, segment: null, statistic: fault.message }
    return { verdict, report: null, checkedBy: nobody(fault.message), guiltyLeg: null }
  }
  const [first] = bundle.legs as [Leg, ...Leg[]]
  const cell = commonCell(bundle)
  try {
    await access.download(() => {}, signal)
    const segments = bundle.legs.flatMap((leg) => leg.segments)
    const claim: Omit<CheckOptions, 'probes'> = {
      promptIds: first.request.promptIds,
      outputIds: bundleOutputIds(bundle),
      sampler: first.request.sampler,
      seed: seedOf(first.request, first.accept, first.requesterShare),
      rowsHashes: segments.map((segment) => segment.rowsHash),
      commitments: segments.map((segment) => segment.commitment),
      cell,
    }
    const check = async (before: EngineInfo) => {
      const report = await engine.check({ ...claim, probes: probes(before) }, signal)
      // A device that was lost meanwhile is what it is now.
      return { info: engine.info ?? before, report }
    }
    const { info, report } = await access.asCheckerOf(cell, check, signal)
    const verdict = judgeCheck(report, findThresholds(thresholds, cell, info.cell))
    const guiltyLeg = verdict.verdict === 'fail' ? legOfSegment(bundle, verdict.segment ?? 0) : null
    return { verdict, report, checkedBy: { kind: 'this-device', cell: info.cell }, guiltyLeg }
  } catch (error) {
    if (CodedError.is(error, 'engine/aborted')) throw error
    const { message } = CodedError.dataOf(error, 'engine/run-failed')
    const verdict: Verdict = { verdict: 'inconclusive', reason: 'check/unavailable', statistic: message }
    return { verdict, report: null, checkedBy: nobody(message), guiltyLeg: null }
  }
}

/** One prefill is one cell's: legs of different cells are owed no equality, so their check is tolerant. */
function commonCell(bundle: Bundle): Cell {
  const [first, ...others] = bundle.legs.map((leg) => leg.accept.cell) as [Cell, ...Cell[]]
  return others.every((cell) => cellId(cell) === cellId(first)) ? first : { ...first, exactness: { kind: 'none' } }
}

/** The index of the leg that computed this segment of the answer. */
export function legOfSegment(bundle: Bundle, segment: number): number {
  const firstToken = segment * SEGMENT_TOKENS
  return bundle.legs.findLastIndex((leg) => leg.request.resumedIds.length <= firstToken)
}

function nobody(reason: string): Locus['checkedBy'] {
  return { kind: 'nobody', reason }
}
