import './share-link.css'
import { useId, useState } from 'react'
import { useActions } from '../app-context.ts'

type Sharing =
  | { state: 'idle' }
  | { state: 'asking' }
  | { state: 'copied' }
  /** The browser did not let the page copy: the person does it. */
  | { state: 'shown'; link: string }
  | { state: 'failed'; message: string }

const COPIED =
  'Link copied. Whoever opens it within ten minutes, while this page stays open, fetches question, answer and signatures from here.'
const SHOWN = 'Copy this link. It works for ten minutes, while this page stays open.'

/** Offers the evidence to whoever is given its link, and says for how long. */
export function ShareLink({ answerId }: { answerId: string }) {
  const { shareAnswer } = useActions()
  const [sharing, setSharing] = useState<Sharing>({ state: 'idle' })
  const share = async () => {
    setSharing({ state: 'asking' })
    try {
      const link = await shareAnswer(answerId)
      const isCopied = await navigator.clipboard.writeText(link).then(
        () => true,
        () => false,
      )
      setSharing(isCopied ? { state: 'copied' } : { state: 'shown', link })
    } catch (error) {
      setSharing({ state: 'failed', message: error instanceof Error ? error.message : String(error) })
    }
  }
  return (
    <>
      <button type="button" className="button" disabled={sharing.state === 'asking'} onClick={() => void share()}>
        Copy link
      </button>
      <div className="share-outcome" role="status">
        <ShareOutcome sharing={sharing} />
      </div>
    </>
  )
}

function ShareOutcome({ sharing }: { sharing: Sharing }) {
  const linkId = useId()
  switch (sharing.state) {
    case 'idle':
      return null
    case 'asking':
      return <p>Making a link.</p>
    case 'copied':
      return <p>{COPIED}</p>
    case 'failed':
      return <p>{sharing.message}</p>
    case 'shown':
      return (
        <>
          <label htmlFor={linkId}>{SHOWN}</label>
          <input id={linkId} readOnly value={sharing.link} onFocus={(event) => event.target.select()} />
        </>
      )
    default:
      return sharing satisfies never
  }
}
