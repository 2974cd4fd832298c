import type { Actions } from '../../../src/ui/actions.ts'

/** Nothing follows from what is pressed; a test replaces what it wants to hear of. */
export function silentActions(heard: Partial<Actions> = {}): Actions {
  const silence = () => undefined
  return {
    startContributing: silence,
    stopContributing: silence,
    deleteModel: silence,
    ask: silence,
    stopAnswer: silence,
    removeAnswer: silence,
    saveEvidence: silence,
    checkAgain: silence,
    shareAnswer: () => new Promise(() => undefined),
    importBundle: silence,
    openEvidenceLink: silence,
    saveAttestation: silence,
    calibrate: silence,
    stopCalibrating: silence,
    saveCalibration: silence,
    dismissNotice: silence,
    downloadModel: silence,
    pauseDownload: silence,
    removeModel: silence,
    makeRoom: silence,
    keepEverything: silence,
    addModel: silence,
    changeDownloadSettings: silence,
    switchModel: silence,
    ...heard,
  }
}
