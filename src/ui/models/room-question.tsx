import type { ModelView, RoomPlan } from '../../stores/index.ts'
import { useActions } from '../app-context.ts'
import { inBytes } from '../wording/models-wording.ts'

/** Nothing is deleted before the person has read what, and pressed yes. */
export function RoomQuestion({ model, plan }: { model: ModelView; plan: RoomPlan }) {
  const { makeRoom, keepEverything } = useActions()
  return (
    <div className="room" role="group" aria-label={`Room for ${model.name}`}>
      <p>
        There is not enough room: {inBytes(plan.neededBytes)} are needed
        {plan.freeBytes !== null && `, ${inBytes(plan.freeBytes)} are free`}. These have not been used for longest:
      </p>
      <ul>
        {plan.evict.map((entry) => (
          <li key={entry.ref}>
            {entry.name}, {inBytes(entry.totalBytes)}
          </li>
        ))}
      </ul>
      <div className="model-buttons">
        <button type="button" className="button" onClick={() => makeRoom(model.ref)}>
          Delete {plan.evict.length === 1 ? 'it' : 'them'} and download
        </button>
        <button type="button" className="button button-plain" onClick={() => keepEverything(model.ref)}>
          Keep everything
        </button>
      </div>
    </div>
  )
}
