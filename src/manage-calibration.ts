/** What the buttons of the comparison do. Its engines are loaded with the first press. */
import type { LoadOptions } from './participant/ports.ts'
import { CodedError } from './protocol/errors.ts'
import { saveFile } from './save-file.ts'
import type { CalibrateState, Stores } from './stores/index.ts'
import type { CalibrateActions } from './ui/actions.ts'

export function createCalibrationManager(
  { calibrate }: Pick<Stores, 'calibrate'>,
  provider: () => LoadOptions['provider'],
): CalibrateActions {
  const tell = (state: CalibrateState): void => calibrate.apply({ type: 'state', state })
  let stop: AbortController | null = null

  async function run({ signal }: AbortController): Promise<void> {
    const tellWhileWanted = (state: CalibrateState): void => {
      if (!signal.aborted) tell(state)
    }
    try {
      const { calibrateThisDevice } = await import('./compose-calibration.ts')
      await calibrateThisDevice(provider(), tellWhileWanted, signal)
    } catch (error) {
      tellWhileWanted({ state: 'failed', error: CodedError.dataOf(error, 'engine/run-failed') })
    }
  }

  return {
    calibrate() {
      stop?.abort()
      stop = new AbortController()
      tell({ state: 'preparing' })
      void run(stop)
    },
    stopCalibrating() {
      stop?.abort()
      tell({ state: 'idle' })
    },
    saveCalibration: (json) => saveFile('locus-calibrations.json', 'application/json', json),
  }
}
