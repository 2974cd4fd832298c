import './copyable-id.css'
import { useState } from 'react'
import { shortId } from '../wording/short-id.ts'

/** A long id, shown short; pressing it copies the whole. */
export function CopyableId({ id, of }: { id: string; of: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'not copied' | null>(null)
  const copy = () => {
    navigator.clipboard.writeText(id).then(
      () => setOutcome('copied'),
      () => setOutcome('not copied'),
    )
  }
  return (
    <span className="copyable-id">
      <button type="button" onClick={copy} title={id} aria-label={`Copy ${of}: ${shortId(id)}`}>
        {shortId(id)}
      </button>
      <span role="status">{outcome}</span>
    </span>
  )
}
