import type { SeededNumbers } from '../seeded-numbers.ts'

/** What a provider can know when it decides how to serve a job. */
export interface JobView {
  /** At which this answer will be audited, in millionths: rates are public. */
  rate: number
  /** Under this key. */
  jobsServed: number
  numbers: SeededNumbers
  /** Whether the lottery of the last *published* round would audit this receipt: anybody can compute that. */
  wouldAudit(receiptHash: Uint8Array): boolean
  /** Receipts that it could sign for this job: they differ in what it may choose, such as the time. */
  receipt(variant: number): Uint8Array
  /** Draws the seed of the job with one more nonce, as often as the exchange lets it; null when it does not. */
  drawSeed(): number | null
}

export type Work =
  | { kind: 'honest'; receiptHash?: Uint8Array }
  /** `cheat` names a row of the statistics. */
  | { kind: 'cheat'; cheat: string; receiptHash?: Uint8Array; signsTwice?: boolean }
  /** Vanishes before it has signed anything; nobody is paid. */
  | { kind: 'abort' }

/** How one kind of provider behaves. It holds no state: what a key has done is in the view. */
export interface ProviderActor {
  name: string
  serve(view: JobView): Work
}
