import './contribute-dial.css'
import type { ContributeState } from '../../stores/index.ts'

export interface ContributeDialProps {
  state: ContributeState
  label: string
  onPress: () => void
}

/** The one action of the screen. Its ring shows how far a start has come, and in the accent that this device is alive. */
export function ContributeDial({ state, label, onPress }: ContributeDialProps) {
  const progress = progressOf(state)
  return (
    <div className="dial" data-state={state.state}>
      <svg viewBox="0 0 200 200" aria-hidden="true">
        <circle className="dial-pulse" cx="100" cy="100" r="84" />
        <circle className="dial-track" cx="100" cy="100" r="97" />
        {progress !== null && (
          <circle
            className="dial-progress"
            cx="100"
            cy="100"
            r="97"
            pathLength="1"
            strokeDasharray={`${progress} 1`}
            transform="rotate(-90 100 100)"
          />
        )}
      </svg>
      <button type="button" onClick={onPress}>
        {label}
      </button>
      {progress !== null && (
        <progress className="visually-hidden" aria-label="Progress" max={100} value={Math.round(progress * 100)} />
      )}
    </div>
  )
}

function progressOf(state: ContributeState): number | null {
  if (state.state === 'downloading') return state.totalBytes === 0 ? 0 : state.haveBytes / state.totalBytes
  return state.state === 'preparing' ? state.fraction : null
}
