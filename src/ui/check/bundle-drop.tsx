import './bundle-drop.css'
import type { ChangeEvent } from 'react'
import { useActions } from '../app-context.ts'

/** The input lies over the whole field, so that the browser itself takes dropped files. */
export function BundleDrop() {
  const { importBundle } = useActions()
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    for (const file of event.target.files ?? []) importBundle(file)
    // The same file can be chosen again.
    event.target.value = ''
  }
  return (
    <div className="bundle-drop">
      <label htmlFor="evidence">Choose an evidence file</label>
      <p id="evidence-hint">or drop it here. It is read on this device and sent nowhere.</p>
      <input
        id="evidence"
        type="file"
        accept=".json,application/json"
        aria-describedby="evidence-hint"
        onChange={choose}
      />
    </div>
  )
}
