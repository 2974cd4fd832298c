import './locus-view.css'
import { type ReactNode, useState } from 'react'
import type { Bundle } from '../../protocol/receipt/bundle.ts'
import type { AnswerPayment, Locus } from '../../stores/index.ts'
import { useApp } from '../app-context.ts'
import { VerdictLabel } from '../parts/verdict-label.tsx'
import { locusInWords } from '../wording/locus-wording.ts'
import { surenessInWords } from '../wording/sureness-wording.ts'
import { settledByInWords } from '../wording/verdict-wording.ts'
import { LocusChain } from './locus-chain.tsx'
import { LocusDetails } from './locus-details.tsx'

export interface LocusViewProps {
  locus: Locus
  bundle: Bundle | null
  /** Facts of the asker's side, such as how long it took. */
  timing: string | null
  /** What it cost; undefined: nobody knows here. */
  payment?: AnswerPayment | null | undefined
  /** What its region is called. */
  name?: string
  /** Buttons that belong to this answer. */
  children?: ReactNode
}

/** Where the trust in one answer sits: a picture, what it comes to, how sure that leaves one, and everything behind it. */
export function LocusView({ locus, bundle, timing, payment, name = 'Locus of this answer', children }: LocusViewProps) {
  const thresholds = useApp((model) => model.thresholds)
  const [isOpen, setIsOpen] = useState(false)
  return (
    <section className="locus" aria-label={name}>
      <LocusChain locus={locus} />
      <p className="locus-settled">
        <VerdictLabel locus={locus} /> <span>{settledByInWords(locus)}</span>
      </p>
      <p className="locus-sentence">{locusInWords(locus)}</p>
      <p className="locus-sureness">
        <strong>How sure this leaves us.</strong> {surenessInWords(locus, thresholds)}
      </p>
      {children}
      <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>Everything known about this answer</summary>
        <LocusDetails
          locus={locus}
          bundle={bundle}
          timing={timing}
          payment={payment}
          thresholds={thresholds}
          isShown={isOpen}
        />
      </details>
    </section>
  )
}
