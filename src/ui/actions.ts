import type { HexBytes } from '../protocol/channel/chain-network.ts'
import type { Bundle } from '../protocol/receipt/bundle.ts'
import type { AskSettings, DownloadSettings, NoticeKind } from '../stores/index.ts'

/** What a person can do. Outcomes come back through the stores; only a link to share is handed over. */
export interface Actions extends ModelActions, CalibrateActions, StakeActions {
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
  /** Hands the person an evidence bundle, as a file. */
  saveEvidence(jobId: string, bundle: Bundle): void
  /**
   * Offers the evidence of an accepted answer to whoever gets the link that comes back, for ten minutes and while this page is open.
   * Rejects where this page cannot be reached by others.
   */
  shareAnswer(answerId: string): Promise<string>
  /** Repeats the check of an accepted answer from its evidence bundle. */
  checkAgain(answerId: string): void
  /** The file is a stranger's: its size and shape are judged by whoever reads it. */
  importBundle(file: File): void
  /** Fetches the evidence of a link from the peer that offers it, then checks it. `hash`: 64 hex digits. */
  openEvidenceLink(peerId: string, hash: string): void
  /** Hands the person what this device signed of its check, as a file. */
  saveAttestation(jobId: string, json: string): void
  dismissNotice(kind: NoticeKind): void
}

/** What a person can do with the comparison of this device and the reference. */
export interface CalibrateActions {
  calibrate(): void
  /** Ends a comparison that is under way; what was measured so far is forgotten. */
  stopCalibrating(): void
  saveCalibration(json: string): void
}

/** What a person can do with models. `ref` names one (`ModelEntry`). */
export interface ModelActions {
  /** Starts a download, or goes on with one. */
  downloadModel(ref: string): void
  pauseDownload(ref: string): void
  /** Ends its download, if there is one, and deletes what is here of it. */
  removeModel(ref: string): void
  /** Yes to what was asked: deletes the models of the plan, then downloads. */
  makeRoom(ref: string): void
  /** No to it. */
  keepEverything(ref: string): void
  /** `owner/name` on the hub. */
  addModel(repo: string): void
  changeDownloadSettings(settings: DownloadSettings): void
  /** Asks and answers with this model from now on; reloads the page. */
  switchModel(modelRoot: string): void
}

/**
 * What a person can do with stake, earnings and payments. Amounts in the token's smallest unit. One thing at a time: while one is under way,
 * a press does nothing.
 */
export interface StakeActions {
  /** Learns which chain this site has named, if any, and loads nothing else. */
  learnChain(): void
  /** Looks up what stands behind these session keys (hex), of those where it is not known yet; `again`: of all. */
  lookBehind(keys: readonly string[], again: boolean): void
  /** The screen is shown: loads what speaks to chain and wallets, and keeps what is shown up to date. */
  openStake(): void
  /** It is no longer shown: the chain is left alone. */
  leaveStake(): void
  connectWallet(walletId: string): void
  disconnectWallet(): void
  requestTestMoney(): void
  /** Lets this device's key work for the wallet, and pay up to `cap`; 0: not pay at all. */
  delegateKey(cap: bigint): void
  revokeKey(keyId: HexBytes): void
  /** Makes a new key for this device and loads the page anew; while the page works with the old one, it says so instead. */
  renewKey(): void
  stakeTokens(amount: bigint): void
  unbondTokens(amount: bigint): void
  /** Takes out every lock that is open. */
  withdrawTokens(): void
  claimReward(): void
  /** What channels may take from the wallet from now on. */
  allowPayments(amount: bigint): void
  requestClose(channelId: HexBytes): void
  finalizeClose(channelId: HexBytes): void
  settleEarnings(): void
}
