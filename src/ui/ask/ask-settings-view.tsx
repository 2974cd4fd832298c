import './ask-settings-view.css'
import type { AskSettings } from '../../stores/index.ts'
import { creativityInWords, lengthInWords } from '../wording/settings-wording.ts'

/** Above 1.2 the small model stops making words; the protocol itself allows up to 2. */
const MAX_CREATIVITY_MILLI = 1_200
/** Whole segments; the embedded model's context of 512 tokens holds the longest with room for the opening. */
const LENGTH = { min: 32, max: 384, step: 32 }

type Speaking = Omit<AskSettings, 'payment'>

export interface AskSettingsViewProps {
  settings: Speaking
  onChange: (settings: Speaking) => void
}

export function AskSettingsView({ settings, onChange }: AskSettingsViewProps) {
  const { temperatureMilli, maxTokens } = settings
  return (
    <details className="ask-settings">
      <summary>Creativity and length</summary>
      <div className="ask-settings-fields">
        <label>
          <span>
            Creativity {temperatureMilli / 1_000}, {creativityInWords(temperatureMilli)}
          </span>
          <input
            type="range"
            min={0}
            max={MAX_CREATIVITY_MILLI}
            step={100}
            value={temperatureMilli}
            aria-valuetext={creativityInWords(temperatureMilli)}
            onChange={(event) => onChange({ ...settings, temperatureMilli: event.target.valueAsNumber })}
          />
        </label>
        <label>
          <span>Length, {lengthInWords(maxTokens)}</span>
          <input
            type="range"
            {...LENGTH}
            value={maxTokens}
            aria-valuetext={lengthInWords(maxTokens)}
            onChange={(event) => onChange({ ...settings, maxTokens: event.target.valueAsNumber })}
          />
        </label>
      </div>
    </details>
  )
}
