import './speed-view.css'
import { useContribute } from '../app-context.ts'
import { inRate } from '../wording/amounts.ts'
import { sparkline } from './sparkline.ts'

const WIDTH = 240
const HEIGHT = 40

export function SpeedView() {
  const state = useContribute((model) => model.state)
  const speeds = useContribute((model) => model.speeds)
  const now = state.state === 'serving' ? state.tokensPerSecond : 0
  return (
    <div className="speed">
      <p>
        <span className="speed-number">{inRate(now)}</span> <span className="speed-unit">tokens per second</span>
      </p>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <line x1="0" x2={WIDTH} y1={HEIGHT - 1} y2={HEIGHT - 1} />
        <polyline points={sparkline(speeds, WIDTH, HEIGHT)} />
      </svg>
    </div>
  )
}
