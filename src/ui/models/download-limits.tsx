import { type SyntheticEvent, useState } from 'react'
import type { DownloadSettings } from '../../stores/index.ts'
import { useActions, useModels } from '../app-context.ts'
import { usedInWords } from '../wording/models-wording.ts'

export function DownloadLimits() {
  const settings = useModels((model) => model.settings)
  const usedBytes = useModels((model) => model.usedBytes)
  return (
    <section aria-labelledby="limits">
      <h2 id="limits">What downloads may use</h2>
      {settings === null ? (
        <p className="quiet">Not looked up yet.</p>
      ) : (
        <LimitsForm key={JSON.stringify(settings)} settings={settings} />
      )}
      {settings !== null && <p className="models-hint">{usedInWords(usedBytes, settings.bytesPerMonth)}.</p>}
    </section>
  )
}

const MEGABYTE = 1_000_000

function LimitsForm({ settings }: { settings: DownloadSettings }) {
  const { changeDownloadSettings } = useActions()
  const [speed, setSpeed] = useState(inMegabytesOrEmpty(settings.bytesPerSecond))
  const [data, setData] = useState(inMegabytesOrEmpty(settings.bytesPerMonth))
  const [evenWhenSavingData, setEvenWhenSavingData] = useState(settings.evenWhenSavingData)
  const next = { bytesPerSecond: bytesOf(speed), bytesPerMonth: bytesOf(data), evenWhenSavingData }
  const isChanged = JSON.stringify(next) !== JSON.stringify(settings)
  const save = (event: SyntheticEvent) => {
    event.preventDefault()
    changeDownloadSettings(next)
  }
  return (
    <form className="limits" onSubmit={save}>
      <label>
        <span>Speed, in MB a second</span>
        <input
          type="number"
          min={0.1}
          step={0.1}
          value={speed}
          placeholder="no limit"
          onChange={(event) => setSpeed(event.target.value)}
        />
      </label>
      <label>
        <span>Data in 30 days, in MB</span>
        <input
          type="number"
          min={1}
          step={1}
          value={data}
          placeholder="no limit"
          onChange={(event) => setData(event.target.value)}
        />
      </label>
      <label className="limits-choice">
        <input
          type="checkbox"
          checked={evenWhenSavingData}
          onChange={(event) => setEvenWhenSavingData(event.target.checked)}
        />
        <span>Download also while this device saves data</span>
      </label>
      <button type="submit" className="button" disabled={!isChanged}>
        Save limits
      </button>
    </form>
  )
}

function inMegabytesOrEmpty(bytes: number | null): string {
  return bytes === null ? '' : String(bytes / MEGABYTE)
}

/** Null: no limit. */
function bytesOf(megabytes: string): number | null {
  const bytes = Math.round(Number(megabytes) * MEGABYTE)
  return megabytes.trim() === '' || !(bytes > 0) ? null : bytes
}
