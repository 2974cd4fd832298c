import type { BundleCheckState } from '../participant/events.ts'

/** One imported evidence file and where its check stands. */
export interface ImportedCheck {
  id: string
  fileName: string
  state: BundleCheckState
}

export interface CheckModel {
  /** Newest first. */
  checks: readonly ImportedCheck[]
}

export type CheckInput =
  | { type: 'imported'; id: string; fileName: string }
  | { type: 'state'; id: string; state: BundleCheckState }

export const INITIAL_CHECK: CheckModel = { checks: [] }

/** Screens list at most this many; an older check is repeated by importing its file again. */
export const CHECKS_KEPT = 20

export function foldCheck(model: CheckModel, input: CheckInput): CheckModel {
  switch (input.type) {
    case 'imported': {
      const check: ImportedCheck = { id: input.id, fileName: input.fileName, state: { state: 'reading' } }
      return { checks: [check, ...model.checks].slice(0, CHECKS_KEPT) }
    }
    case 'state':
      return {
        checks: model.checks.map((check) => (check.id === input.id ? { ...check, state: input.state } : check)),
      }
    default:
      return input satisfies never
  }
}
