import './contribute-screen.css'
import { useActions, useContribute } from '../app-context.ts'
import { contributeInWords } from '../wording/contribute-wording.ts'
import { ContributeDial } from './contribute-dial.tsx'
import { DeviceLedger } from './device-ledger.tsx'
import { missingBytesOf } from './missing-bytes.ts'
import { Promises } from './promises.tsx'

export function ContributeScreen() {
  const state = useContribute((model) => model.state)
  const missingBytes = useContribute((model) => missingBytesOf(model.model))
  const { startContributing, stopContributing } = useActions()
  const { status, detail, action } = contributeInWords(state, missingBytes)
  const starts = action === 'Contribute' || action === 'Try again'
  return (
    <div className="contribute">
      <div className="contribute-intro">
        <h1>Answer a stranger from this tab.</h1>
        <p className="lede">
          Lend this browser to people who ask. It runs a small language model and signs what it answers, so that anyone
          can check it.
        </p>
        <div className="contribute-control">
          <ContributeDial state={state} label={action} onPress={starts ? startContributing : stopContributing} />
          <div className="contribute-status" data-state={state.state}>
            <p className="contribute-status-title" role="status">
              {status}
            </p>
            <p className="quiet">{detail}</p>
          </div>
        </div>
        <Promises />
      </div>
      <DeviceLedger />
    </div>
  )
}
