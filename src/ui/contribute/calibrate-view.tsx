import './calibrate-view.css'
import type { CalibrateState } from '../../stores/index.ts'
import { useActions, useCalibrate } from '../app-context.ts'
import { Failure } from '../parts/failure.tsx'
import { calibrateInWords } from '../wording/calibrate-wording.ts'
import { ComparedTable } from './compared-table.tsx'

/** Measures how far this device is from the reference; not while it contributes, since both would compute at once. */
export function CalibrateView({ canStart }: { canStart: boolean }) {
  const state = useCalibrate((model) => model.calibration)
  return (
    <div className="calibrate">
      {state.state === 'failed' ? <Failure error={state.error} /> : <Words state={state} />}
      <Outcome state={state} />
      <CalibrateButton state={state} canStart={canStart} />
    </div>
  )
}

function Words({ state }: { state: Exclude<CalibrateState, { state: 'failed' }> }) {
  const { status, detail } = calibrateInWords(state)
  return (
    <>
      <p role="status">{status}</p>
      {detail !== '' && <p className="quiet">{detail}</p>}
      {state.state === 'preparing' && <progress aria-label="Preparing" />}
      {state.state === 'running' && <progress aria-label="Answers compared" max={state.total} value={state.done} />}
    </>
  )
}

function Outcome({ state }: { state: CalibrateState }) {
  const { saveCalibration } = useActions()
  if (state.state !== 'done') return null
  return (
    <>
      {state.pairs.map((pair, i) => (
        <ComparedTable key={i} pair={pair} />
      ))}
      <button type="button" className="button" onClick={() => saveCalibration(state.json)}>
        Save measurements
      </button>
    </>
  )
}

function CalibrateButton({ state: { state }, canStart }: { state: CalibrateState; canStart: boolean }) {
  const { calibrate, stopCalibrating } = useActions()
  if (state === 'preparing' || state === 'running') {
    return (
      <button type="button" className="button" onClick={stopCalibrating}>
        Stop comparing
      </button>
    )
  }
  if (!canStart) return <p className="quiet">Stop contributing to compare.</p>
  return (
    <button type="button" className={state === 'done' ? 'button button-plain' : 'button'} onClick={calibrate}>
      {state === 'idle' ? 'Compare this device with the reference' : 'Compare again'}
    </button>
  )
}
