import './audit-facts.css'
import type { LocusAudit, LocusVerifier } from '../../stores/index.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { Fact } from '../parts/facts.tsx'
import { faultInWords } from '../wording/audit-wording.ts'
import { rateInWords } from '../wording/rate-wording.ts'
import { drawNumberInWords, weightInWords, weightsInWords } from '../wording/stake-wording.ts'
import { upperFirst } from '../wording/upper-first.ts'
import { verifierInWords, verifierReasonInWords } from '../wording/verifier-wording.ts'

/** Everything about one audit that a reader needs to repeat the draw, and what each of those drawn showed. */
export function AuditFacts({ audit }: { audit: LocusAudit }) {
  const { beaconRound, candidates, drawnAt, fault, isDrawn, isWeighted, stage, verifiers } = audit
  return (
    <Fact name={stage === 'lottery' ? 'Drawn by lot' : 'Committee'}>
      <div className="audit">
        {fault !== null && (
          <p className="audit-fault">
            It counts for nothing. {faultInWords(fault)} <span className="audit-code">{fault.code}</span>
          </p>
        )}
        <p>
          By round {beaconRound.toLocaleString('en')} of a public source of chance
          <DueAt at={drawnAt} />
          {fault === null ? ': nobody but its operators could know its number when the answer was signed.' : '.'}
        </p>
        <p>
          {candidates.toLocaleString('en')} stood on the list; who asked or answered is never drawn. {rateOf(audit)}
          {!isDrawn && ' This one was not.'}
        </p>
        {verifiers.length > 0 && (
          <>
            <p className="quiet">
              Everybody gets a number from that round, and the smallest are drawn
              {stage === 'lottery' ? '' : ', without those of the first draw'}. Where there are enough of the provider’s
              own class of device, they go first, since only they can compare bit for bit. {weightsInWords(isWeighted)}
            </p>
            <ul className="audit-verifiers">
              {verifiers.map((verifier) => (
                <li key={verifier.verifierKey}>
                  <VerifierFacts verifier={verifier} isWeighted={isWeighted} />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Fact>
  )
}

function rateOf({ stage, rateMillionths }: LocusAudit): string {
  return stage === 'committee'
    ? 'A committee is drawn whatever the lottery says.'
    : `Of answers whose provider has such a record, ${rateInWords(rateMillionths)}.`
}

function DueAt({ at }: { at: number | null }) {
  if (at === null) return ' that this page does not know'
  return (
    <>
      , due <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleString()}</time>
    </>
  )
}

function VerifierFacts({ verifier, isWeighted }: { verifier: LocusVerifier; isWeighted: boolean }) {
  const { found, device } = verifierInWords(verifier)
  const reason = verifierReasonInWords(verifier)
  return (
    <>
      <p>
        <strong>{upperFirst(found)}</strong>
        {device === '' ? '.' : `, on ${device}.`} {reason}
        {isWeighted && ` ${weightInWords(verifier.stake)}`}
      </p>
      <p className="audit-ids">
        <span>
          Peer <CopyableId id={verifier.peerId} of="peer id of the verifier" />
        </span>
        <span>
          Key <CopyableId id={verifier.verifierKey} of="key of the verifier" />
        </span>
        <span>Number {drawNumberInWords(verifier, isWeighted)}</span>
      </p>
    </>
  )
}
