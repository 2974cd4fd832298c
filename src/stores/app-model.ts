import type { ErrorData } from '../protocol/errors.ts'

/** Something about this browser or network that a person should know, whatever screen they are on. */
export type Notice =
  /** No IndexedDB or OPFS, as in some private windows: nothing is kept after the tab closes. */
  | { kind: 'storage-unavailable' }
  /** Computing is possible, on the processor. */
  | { kind: 'no-webgpu' }
  | { kind: 'relay-unreachable' }
  /** A failure that belongs to no answer and no file. */
  | { kind: 'failure'; error: ErrorData }

export type NoticeKind = Notice['kind']

export interface AppModel {
  /** Oldest first, at most one of each kind. */
  notices: readonly Notice[]
  /** Kinds the person closed: they stay closed in this visit. */
  dismissed: readonly NoticeKind[]
  /** Hex; version of the limits by which this page compares devices of two kinds. Null until it can compute. */
  thresholds: string | null
}

export type AppInput =
  | { type: 'thresholds'; version: string }
  | { type: 'notice'; notice: Notice }
  | { type: 'resolved'; kind: NoticeKind }
  | { type: 'dismissed'; kind: NoticeKind }

export const INITIAL_APP: AppModel = { notices: [], dismissed: [], thresholds: null }

export function foldApp(model: AppModel, input: AppInput): AppModel {
  switch (input.type) {
    case 'thresholds':
      return { ...model, thresholds: input.version }
    case 'notice': {
      const { kind } = input.notice
      if (model.dismissed.includes(kind)) return model
      return { ...model, notices: [...without(model, kind), input.notice] }
    }
    case 'resolved':
      return {
        ...model,
        notices: without(model, input.kind),
        dismissed: model.dismissed.filter((kind) => kind !== input.kind),
      }
    case 'dismissed':
      return { ...model, notices: without(model, input.kind), dismissed: remembered(model, input.kind) }
    default:
      return input satisfies never
  }
}

function without(model: AppModel, kind: NoticeKind): Notice[] {
  return model.notices.filter((notice) => notice.kind !== kind)
}

/** A failure is an event, not a condition: closing one must not hide the next. */
function remembered(model: AppModel, kind: NoticeKind): readonly NoticeKind[] {
  if (kind === 'failure' || model.dismissed.includes(kind)) return model.dismissed
  return [...model.dismissed, kind]
}
