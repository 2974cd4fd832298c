import type { ArmFacts } from '../arms/arm.ts'

/** How our engine computed, in words that a reader of the table needs. */
export interface EngineFacts {
  sentence: string
  loadMs: number
}

export function engineFactsOf(facts: ArmFacts | undefined): EngineFacts {
  if (facts === undefined || facts.info === null) return { sentence: '', loadMs: Number.NaN }
  const { cell, path } = facts.info
  const { exactness } = cell
  const exact =
    exactness.kind === 'window'
      ? `exact by windows of ${exactness.rows} rows`
      : exactness.kind === 'replay'
        ? 'exact by replaying segments'
        : 'not exact here'
  return {
    sentence: `Ours: ${path.kind} path, ${cell.precision}, ${exact}, ONNX Runtime ${cell.ortVersion}.`,
    loadMs: facts.openMs,
  }
}
