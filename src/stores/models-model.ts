import type { DownloadSettings, ModelEntry, RoomPlan } from '../participant/ports.ts'
import type { ErrorData } from '../protocol/errors.ts'
import { type FitDevice, fitOf, type ModelFit } from '../protocol/model/model-fit.ts'

/** What is going on with a model's files, apart from how much of them is here. */
export type Transfer =
  | { state: 'downloading'; haveBytes: number; totalBytes: number }
  /** Asked to pause; what is under way ends in a moment. */
  | { state: 'pausing' }
  | { state: 'failed'; error: ErrorData }
  /** There is no room: the person says whether these models may go. */
  | { state: 'asks-for-room'; plan: RoomPlan }

export interface ModelView extends ModelEntry {
  fit: ModelFit
  transfer: Transfer | null
  /** The one that this page asks and answers with. */
  isInUse: boolean
}

export type Adding =
  | { state: 'idle' }
  | { state: 'asking'; repo: string }
  | { state: 'failed'; repo: string; error: ErrorData }
  | { state: 'added'; name: string }

export interface ModelsModel {
  /** Null until the disk was looked through. */
  models: readonly ModelView[] | null
  adding: Adding
  settings: DownloadSettings | null
  /** Bytes fetched in the current 30 days. */
  usedBytes: number
}

export type ModelsInput =
  | { type: 'listed'; entries: readonly ModelEntry[]; device: FitDevice; usedRoot: string }
  /** Null: it ended, and nothing is to be said of it. */
  | { type: 'transfer'; ref: string; transfer: Transfer | null }
  | { type: 'adding'; adding: Adding }
  | { type: 'settings'; settings: DownloadSettings; usedBytes: number }

export const INITIAL_MODELS: ModelsModel = { models: null, adding: { state: 'idle' }, settings: null, usedBytes: 0 }

export function foldModels(model: ModelsModel, input: ModelsInput): ModelsModel {
  switch (input.type) {
    case 'listed': {
      const transfers = new Map(model.models?.map(({ ref, transfer }) => [ref, transfer]))
      const models = input.entries.map((entry) => ({
        ...entry,
        fit: fitOf(entry, input.device),
        transfer: transfers.get(entry.ref) ?? null,
        isInUse: entry.modelRoot === input.usedRoot,
      }))
      return { ...model, models }
    }
    case 'transfer': {
      const models = model.models?.map((each) =>
        each.ref === input.ref ? { ...each, transfer: nextTransfer(each.transfer, input.transfer) } : each,
      )
      return { ...model, models: models ?? null }
    }
    case 'adding':
      return { ...model, adding: input.adding }
    case 'settings':
      return { ...model, settings: input.settings, usedBytes: input.usedBytes }
    default:
      return input satisfies never
  }
}

/** Progress that was under way when the person asked to pause does not take the pause back. */
function nextTransfer(current: Transfer | null, next: Transfer | null): Transfer | null {
  return current?.state === 'pausing' && next?.state === 'downloading' ? current : next
}
