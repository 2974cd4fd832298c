import type { AskSettings, NoticeKind } from '../stores/index.ts'

/** What a person can do. Nothing here returns a result or throws: outcomes come back through the stores. */
export interface Actions {
  /** Consent to compute. Also "try again" after a pause or a failure. */
  startContributing(): void
  /** Ends contributing, or cancels the download or preparation that is under way. */
  stopContributing(): void
  /** Deletes the model from this device; offered only while not contributing. */
  deleteModel(): void
  ask(prompt: string, settings: AskSettings): void
  stopAnswer(answerId: string): void
  /** Takes an ended answer off the page; the journal keeps its receipt. */
  removeAnswer(answerId: string): void
  downloadEvidence(answerId: string): void
  /** Repeats the check of an accepted answer from its evidence bundle. */
  checkAgain(answerId: string): void
  /** The file is a stranger's: its size and shape are judged by whoever reads it. */
  importBundle(file: File): void
  dismissNotice(kind: NoticeKind): void
}
