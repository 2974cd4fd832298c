import './link-offer.css'
import { isOpened } from '../../stores/index.ts'
import { useActions, useCheck } from '../app-context.ts'
import { Failure } from '../parts/failure.tsx'
import type { EvidenceLink } from '../route.ts'
import { useEvidenceLink } from '../use-route.ts'
import { shortId } from '../wording/short-id.ts'

const BROKEN = {
  code: 'evidence/missing',
  message: 'This link names no evidence: a part of it was lost on the way.',
  nextStep: 'Ask for the whole link, or choose an evidence file.',
} as const

/** The evidence that the address names. Nothing is fetched before the person says so: the peer that holds it would see who asks. */
export function LinkOffer() {
  const link = useEvidenceLink()
  if (link === null) return null
  return link === 'broken' ? <Failure error={BROKEN} /> : <Offer link={link} />
}

function Offer({ link }: { link: EvidenceLink }) {
  const { openEvidenceLink } = useActions()
  const isHere = useCheck((model) => isOpened(model, link))
  if (isHere) return null
  return (
    <section className="link-offer" aria-labelledby="link-offer-title">
      <h2 id="link-offer-title">Somebody shared an answer with you</h2>
      <p>
        Its evidence is on the device of peer {shortId(link.peerId)}. Fetching it connects this browser to that device,
        which then sees your network address. What comes is believed only if it has the hash of the link,{' '}
        {shortId(link.hash)}.
      </p>
      <button type="button" className="button button-primary" onClick={() => openEvidenceLink(link.peerId, link.hash)}>
        Fetch and check
      </button>
    </section>
  )
}
