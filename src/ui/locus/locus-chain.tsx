import './locus-chain.css'
import { alarmOf, type Locus, type LocusLeg, locusChain } from '../../stores/index.ts'
import { Mark } from '../parts/mark.tsx'
import { cellInWords } from '../wording/cell-wording.ts'
import { ownInWords } from '../wording/own-wording.ts'
import { providerName } from '../wording/provider-name.ts'
import { upperFirst } from '../wording/upper-first.ts'
import { ChainNode } from './chain-node.tsx'
import { CommitteeRow } from './committee-row.tsx'
import { DrawStage } from './draw-stage.tsx'
import { SegmentMarks } from './segment-marks.tsx'
import { VerifierStage } from './verifier-stage.tsx'

/** More than these cannot stand side by side, so that they are read downwards on any screen. */
const MAX_LEGS_ABREAST = 2

/** Providers on the left, their segments as links, then the lot and those whom it drew, this device at the end; a committee below. */
export function LocusChain({ locus }: { locus: Locus }) {
  const links = locusChain(locus)
  const [lottery, committee] = locus.audits
  const own = ownInWords(locus)
  const alarm = alarmOf(locus)
  return (
    <div className="chains" data-abreast={links.length <= MAX_LEGS_ABREAST}>
      <ol className="chain">
        {links.map(({ leg, segments }) => (
          <li key={`${leg.peerId}-${leg.firstToken}`} className="chain-stage chain-leg">
            <ChainNode
              title={upperFirst(providerName(leg))}
              detail={legDetail(leg)}
              mark={<span className="chain-dot" />}
            />
            <SegmentMarks segments={segments} />
          </li>
        ))}
        <DrawStage audit={lottery ?? null} note={locus.auditNote} />
        {lottery !== undefined && <VerifierStage audit={lottery} />}
        <li className="chain-stage chain-end">
          <ChainNode
            title="This device"
            found={own.found}
            tone={own.tone}
            detail={ownCell(locus)}
            mark={<Mark tone={own.tone} />}
          />
        </li>
      </ol>
      {alarm !== null && lottery !== undefined && (
        <CommitteeRow alarm={alarm} audit={committee ?? null} note={locus.auditNote} />
      )}
    </div>
  )
}

/** The range stays in one piece where the line breaks. */
function legDetail(leg: LocusLeg): string {
  return `${cellInWords(leg.cell)}, tokens\u00a0${leg.firstToken + 1}\u2060–\u2060${leg.firstToken + leg.tokens}`
}

function ownCell({ checkedBy }: Locus): string {
  return checkedBy.kind === 'this-device' ? cellInWords(checkedBy.cell) : ''
}
