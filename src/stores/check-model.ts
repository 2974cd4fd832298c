import type { BundleCheckState } from '../participant/events.ts'

/** Where the evidence of a check came from. */
export type CheckSource =
  | { kind: 'file'; name: string }
  /** `hash`: hex of the content hash under which the peer offers it. */
  | { kind: 'link'; peerId: string; hash: string }

/** Evidence that somebody handed over, and where its check stands. */
export interface ImportedCheck {
  id: string
  source: CheckSource
  state: BundleCheckState
}

export interface CheckModel {
  /** Newest first. */
  checks: readonly ImportedCheck[]
}

export type CheckInput =
  | { type: 'imported'; id: string; source: CheckSource }
  | { type: 'state'; id: string; state: BundleCheckState }

export const INITIAL_CHECK: CheckModel = { checks: [] }

/** Screens list at most this many; an older check is repeated by importing its evidence again. */
export const CHECKS_KEPT = 20

export function foldCheck(model: CheckModel, input: CheckInput): CheckModel {
  switch (input.type) {
    case 'imported': {
      const state: BundleCheckState = { state: input.source.kind === 'file' ? 'reading' : 'fetching' }
      return { checks: [{ id: input.id, source: input.source, state }, ...model.checks].slice(0, CHECKS_KEPT) }
    }
    case 'state':
      return {
        checks: model.checks.map((check) => (check.id === input.id ? { ...check, state: input.state } : check)),
      }
    default:
      return input satisfies never
  }
}

/** Whether the evidence of a link is here or on its way; what could not be fetched may be asked for again. */
export function isOpened({ checks }: CheckModel, link: Omit<Extract<CheckSource, { kind: 'link' }>, 'kind'>): boolean {
  return checks.some(
    ({ source, state }) =>
      source.kind === 'link' && source.hash === link.hash && source.peerId === link.peerId && state.state !== 'invalid',
  )
}
