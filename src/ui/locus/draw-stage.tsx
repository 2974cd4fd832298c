import type { LocusAudit } from '../../stores/index.ts'
import { Mark } from '../parts/mark.tsx'
import { drawInWords } from '../wording/audit-wording.ts'
import { ChainNode } from './chain-node.tsx'

export interface DrawStageProps {
  /** Null: nobody else was asked, and `note` says why. */
  audit: LocusAudit | null
  note: string | null
}

/** Who checks is decided by lot; where nobody does, the picture keeps the place and says why. */
export function DrawStage({ audit, note }: DrawStageProps) {
  if (audit === null && note === null) return null
  return (
    <li className="chain-stage chain-draw">
      {audit === null ? (
        <ChainNode title="Nobody else" detail={note ?? ''} mark={<Mark tone="none" />} />
      ) : (
        <DrawNode audit={audit} />
      )}
    </li>
  )
}

export function DrawNode({ audit }: { audit: LocusAudit }) {
  const { title, detail } = drawInWords(audit)
  if (audit.fault !== null) return <ChainNode title={title} detail={detail} tone="fail" mark={<Mark tone="fail" />} />
  const mark = audit.isDrawn ? <span className="chain-lot" /> : <Mark tone="none" />
  return <ChainNode title={title} detail={detail} mark={mark} />
}
