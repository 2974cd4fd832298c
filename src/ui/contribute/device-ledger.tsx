import type { ReactNode } from 'react'
import type { ContributeState, EngineInfo } from '../../stores/index.ts'
import { useActions, useContribute } from '../app-context.ts'
import { Fact, Facts } from '../parts/facts.tsx'
import { inCount } from '../wording/amounts.ts'
import { cellFacts, cellInWords } from '../wording/cell-wording.ts'
import { attestationsInWords } from '../wording/contribute-wording.ts'
import { coresInWords, gpuInWords } from '../wording/device-wording.ts'
import { modelInWords } from '../wording/model-wording.ts'
import { networkInWords } from '../wording/network-wording.ts'
import { CalibrateView } from './calibrate-view.tsx'
import { SelfTestView } from './self-test-view.tsx'
import { SpeedView } from './speed-view.tsx'

export function DeviceLedger() {
  const { state, totals, device, network } = useContribute((model) => model)
  const engine = engineOf(state)
  return (
    <section className="ledger" aria-label="This device">
      <Facts>
        <Fact name="Speed now">
          <SpeedView />
        </Fact>
        <Fact name="In this visit">
          <p>
            {inCount(totals.jobs, 'answer')} given, {inCount(totals.tokens, 'token')} served
          </p>
          <p>{attestationsInWords(totals.attestations)}</p>
        </Fact>
        <Fact name="This device">
          <p>{gpuInWords(device)}</p>
          {device !== null && (
            <p className="quiet sentence-start">
              {device.browser}
              {coresInWords(device.cores)}
            </p>
          )}
        </Fact>
        <Fact name="Self-test">
          {engine === null ? (
            <Later>Runs when you start, before anybody is served.</Later>
          ) : (
            <SelfTestView engine={engine} />
          )}
        </Fact>
        <Fact name="Cell">
          {engine === null ? <Later>Found by the self-test.</Later> : <CellView engine={engine} />}
        </Fact>
        <Fact name="Comparison">
          <CalibrateView canStart={!isComputing(state)} />
        </Fact>
        <Fact name="Network">{networkInWords(network)}</Fact>
        <Fact name="Model">
          <ModelView canDelete={!isComputing(state)} />
        </Fact>
      </Facts>
    </section>
  )
}

function isComputing({ state }: ContributeState): boolean {
  return state !== 'idle' && state !== 'failed'
}

function Later({ children }: { children: ReactNode }) {
  return <p className="quiet">{children}</p>
}

function engineOf(state: ContributeState): EngineInfo | null {
  return 'engine' in state ? state.engine : null
}

function CellView({ engine }: { engine: EngineInfo }) {
  return (
    <>
      <p className="sentence-start">{cellInWords(engine.cell)}</p>
      <details>
        <summary>Who gets the same bits</summary>
        <p className="quiet">Devices of one cell compute the same bits, so they can check each other exactly.</p>
        <dl className="cell-facts">
          {cellFacts(engine.cell).map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  )
}

function ModelView({ canDelete }: { canDelete: boolean }) {
  const model = useContribute((contribute) => contribute.model)
  const { deleteModel } = useActions()
  if (model === null) return <Later>Not looked up yet.</Later>
  return (
    <>
      <p>{modelInWords(model)}</p>
      {canDelete && model.status.state !== 'absent' && (
        <button type="button" className="button button-plain" onClick={deleteModel}>
          Delete it from this device
        </button>
      )}
    </>
  )
}
