import './committee-row.css'
import { useId } from 'react'
import type { Alarm, LocusAudit } from '../../stores/index.ts'
import { Mark } from '../parts/mark.tsx'
import { alarmInWords } from '../wording/audit-wording.ts'
import { upperFirst } from '../wording/upper-first.ts'
import { ChainNode } from './chain-node.tsx'
import { DrawNode } from './draw-stage.tsx'
import { VerifierNode } from './verifier-stage.tsx'

export interface CommitteeRowProps {
  alarm: Alarm
  /** Null: none could be convened, and `note` says why. */
  audit: LocusAudit | null
  note: string | null
}

/** The second row of the picture: why many were asked, how they were drawn, and what each of them found. */
export function CommitteeRow({ alarm, audit, note }: CommitteeRowProps) {
  const titleId = useId()
  return (
    <section className="committee" aria-labelledby={titleId}>
      <h3 id={titleId}>{audit === null ? 'No committee could be convened' : 'A committee was convened'}</h3>
      <ol className="chain">
        <li className="chain-stage chain-draw">
          <ChainNode title="The alarm" detail={`${upperFirst(alarmInWords(alarm))}.`} mark={<Mark tone="unsure" />} />
        </li>
        <li className="chain-stage chain-end">
          {audit === null ? (
            <ChainNode title="Nobody else" detail={note ?? ''} mark={<Mark tone="none" />} />
          ) : (
            <DrawNode audit={audit} />
          )}
        </li>
      </ol>
      {audit !== null && (
        <ul className="committee-members" aria-label="Members of the committee">
          {audit.verifiers.map((verifier) => (
            <li key={verifier.verifierKey}>
              <VerifierNode verifier={verifier} counts={audit.fault === null} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
