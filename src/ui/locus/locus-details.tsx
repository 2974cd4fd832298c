import type { Bundle } from '../../protocol/receipt/bundle.ts'
import type { AnswerPayment, Locus, LocusLeg } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { Fact, Facts } from '../parts/facts.tsx'
import { inCount } from '../wording/amounts.ts'
import { cellInWords } from '../wording/cell-wording.ts'
import { overConnection } from '../wording/connection-wording.ts'
import { evidenceInWords } from '../wording/evidence-wording.ts'
import { paidInWords } from '../wording/price-wording.ts'
import { verdictInWords } from '../wording/verdict-wording.ts'
import { AtStake } from './at-stake.tsx'
import { AuditFacts } from './audit-facts.tsx'
import { ReceiptFacts } from './receipt-facts.tsx'

export interface LocusDetailsProps {
  locus: Locus
  bundle: Bundle | null
  timing: string | null
  /** Undefined: nobody knows here. */
  payment: AnswerPayment | null | undefined
  /** Version of this page's limits, hex; null while it cannot compute. */
  thresholds: string | null
  /** False while nobody has opened them. */
  isShown: boolean
}

export function LocusDetails({ locus, bundle, timing, payment, thresholds, isShown }: LocusDetailsProps) {
  const token = useStake(({ site }) => (site.state === 'known' ? site.network.token : null))
  return (
    <Facts>
      {locus.legs.map((leg) => (
        <Fact key={leg.firstToken} name={leg.firstToken === 0 ? 'Computed by' : 'Continued by'}>
          <LegFacts leg={leg} />
        </Fact>
      ))}
      <Fact name="Checked by">{checkerInWords(locus)}</Fact>
      <Fact name="Evidence">
        <p>{evidenceInWords(locus.report)}</p>
        {thresholds !== null && locus.report?.exactPair === false && (
          <p>
            Limits of this page, version <CopyableId id={thresholds} of="version of the limits" />
          </p>
        )}
      </Fact>
      {locus.audits.map((audit) => (
        <AuditFacts key={audit.stage} audit={audit} />
      ))}
      {locus.auditNote !== null && <Fact name="Others">{locus.auditNote}</Fact>}
      {locus.stakeNote !== null && <Fact name="Weights">{locus.stakeNote}</Fact>}
      <Fact name="Rule">{verdictInWords(locus).rule}</Fact>
      <Fact name="At stake">
        <AtStake locus={locus} isShown={isShown} />
      </Fact>
      {payment !== undefined && <Fact name="Paid">{paidInWords(payment, token)}</Fact>}
      {timing !== null && <Fact name="Time">{timing}</Fact>}
      <Fact name="Job">
        <CopyableId id={locus.jobId} of="job id" />
      </Fact>
      {bundle !== null && <ReceiptFacts bundle={bundle} />}
    </Facts>
  )
}

function LegFacts({ leg }: { leg: LocusLeg }) {
  return (
    <>
      {leg.peerId !== '' && (
        <p>
          Peer <CopyableId id={leg.peerId} of="peer id" />
        </p>
      )}
      <p>
        {inCount(leg.tokens, 'token')} on {cellInWords(leg.cell)}
        {overConnection(leg.connection)}.
      </p>
      {leg.connection !== null && (
        <p className="quiet leg-address">
          {leg.connection.remoteAddr}, {leg.connection.limited ? 'limited' : 'not limited'} by the relay
        </p>
      )}
      <p>
        {leg.receipt ? 'Signed a receipt' : 'Signed its segments and left before a receipt'}, with key{' '}
        <CopyableId id={leg.providerKey} of="provider key" />
      </p>
    </>
  )
}

function checkerInWords({ checkedBy }: Locus): string {
  return checkedBy.kind === 'nobody' ? `Nobody. ${checkedBy.reason}` : `This device, on ${cellInWords(checkedBy.cell)}.`
}
