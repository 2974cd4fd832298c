import './locus-view.css'
import type { ReactNode } from 'react'
import type { Bundle } from '../../protocol/receipt/bundle.ts'
import type { Locus } from '../../stores/index.ts'
import { locusInWords } from '../wording/locus-wording.ts'
import { LocusChain } from './locus-chain.tsx'
import { LocusDetails } from './locus-details.tsx'

export interface LocusViewProps {
  locus: Locus
  bundle: Bundle | null
  /** Facts of the asker's side, such as how long it took. */
  timing: string | null
  /** Buttons that belong to this answer. */
  children?: ReactNode
}

/** Where the trust in one answer sits: a picture, a sentence, and everything behind them. */
export function LocusView({ locus, bundle, timing, children }: LocusViewProps) {
  return (
    <section className="locus" aria-label="Locus of this answer">
      <LocusChain locus={locus} />
      <p className="locus-sentence">{locusInWords(locus)}</p>
      {children}
      <details>
        <summary>Everything known about this answer</summary>
        <LocusDetails locus={locus} bundle={bundle} timing={timing} />
      </details>
    </section>
  )
}
