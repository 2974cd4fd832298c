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
    downloadEvidence: silence,
    checkAgain: silence,
    importBundle: silence,
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
