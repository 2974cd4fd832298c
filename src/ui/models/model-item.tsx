import type { ModelView } from '../../stores/index.ts'
import { useActions } from '../app-context.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { Failure } from '../parts/failure.tsx'
import { inCount } from '../wording/amounts.ts'
import {
  fitInWords,
  inBytes,
  originInWords,
  precisionInWords,
  progressInWords,
  statusInWords,
} from '../wording/models-wording.ts'
import { RoomQuestion } from './room-question.tsx'

export function ModelItem({ model }: { model: ModelView }) {
  const { name, license, totalBytes, contextTokens, transfer, fit, modelRoot } = model
  return (
    <li className="model" data-fit={fit.state}>
      <div className="model-head">
        <h2>{name}</h2>
        <p className="model-status" role="status">
          {model.isInUse ? `In use. ${statusInWords(model)}` : statusInWords(model)}
        </p>
      </div>
      <p>
        {inBytes(totalBytes)}, {precisionInWords(model)}, {inCount(contextTokens, 'token')} of context. Licence:{' '}
        {license}.
      </p>
      <p className="model-fit">{fitInWords(model)}</p>
      <p className="quiet">{originInWords(model)}</p>
      {modelRoot !== null && (
        <p className="quiet">
          Root <CopyableId id={modelRoot} of={`the root of ${name}`} />
        </p>
      )}
      {transfer?.state === 'downloading' && (
        <div className="model-progress">
          <progress
            aria-label={`Download of ${name}`}
            max={100}
            value={Math.floor((100 * transfer.haveBytes) / Math.max(1, transfer.totalBytes))}
          />
          <span>{progressInWords(transfer)}</span>
        </div>
      )}
      {transfer?.state === 'failed' && <Failure error={transfer.error} />}
      {transfer?.state === 'asks-for-room' ? (
        <RoomQuestion model={model} plan={transfer.plan} />
      ) : (
        <ModelButtons model={model} />
      )}
    </li>
  )
}

function ModelButtons({ model }: { model: ModelView }) {
  const { downloadModel, pauseDownload, removeModel, switchModel } = useActions()
  const { ref, name, status, transfer, fit, isInUse, modelRoot } = model
  const isMoving = transfer?.state === 'downloading' || transfer?.state === 'pausing'
  const runsHere = fit.state === 'fits' || fit.state === 'tight'
  const removal = removalOf(model, isMoving)
  return (
    <div className="model-buttons">
      {isMoving ? (
        <button
          type="button"
          className="button"
          disabled={transfer.state === 'pausing'}
          onClick={() => pauseDownload(ref)}
        >
          Pause<span className="visually-hidden"> the download of {name}</span>
        </button>
      ) : (
        status.state !== 'complete' && (
          <button type="button" className="button" onClick={() => downloadModel(ref)}>
            {status.state === 'partial' ? 'Resume' : 'Download'}
            <span className="visually-hidden"> {name}</span>
          </button>
        )
      )}
      {status.state === 'complete' && modelRoot !== null && runsHere && !isInUse && (
        <button type="button" className="button" onClick={() => switchModel(modelRoot)}>
          Use this model<span className="visually-hidden"> {name}</span>
        </button>
      )}
      {removal !== null && (
        <button type="button" className="button button-plain" onClick={() => removeModel(ref)}>
          {removal}
          <span className="visually-hidden"> {name}</span>
        </button>
      )}
    </div>
  )
}

/** What deleting would be called; null where there is nothing to delete. */
function removalOf({ status, origin }: ModelView, isMoving: boolean): string | null {
  if (isMoving) return 'Cancel and delete'
  if (status.state !== 'absent') return 'Delete'
  return origin.kind === 'hub' && origin.pinnedBy === 'first-use' ? 'Remove from the list' : null
}
