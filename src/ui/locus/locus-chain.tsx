import './locus-chain.css'
import type { ReactNode } from 'react'
import { type Locus, type LocusLeg, locusChain } from '../../stores/index.ts'
import { Mark } from '../parts/mark.tsx'
import { cellInWords } from '../wording/cell-wording.ts'
import { providerName } from '../wording/provider-name.ts'
import { verdictInWords } from '../wording/verdict-wording.ts'
import { SegmentMarks } from './segment-marks.tsx'

/** Providers on the left, their segments as links, this device with its verdict at the end. */
export function LocusChain({ locus }: { locus: Locus }) {
  const { tone, label } = verdictInWords(locus.verdict)
  return (
    <ol className="chain">
      {locusChain(locus).map(({ leg, segments }) => (
        <li key={`${leg.peerId}-${leg.firstToken}`} className="chain-leg">
          <Node title={upperFirst(providerName(leg))} detail={legDetail(leg)} mark={<span className="chain-dot" />} />
          <SegmentMarks segments={segments} />
        </li>
      ))}
      <li className="chain-end" data-tone={tone}>
        <Node title={checkerName(locus)} detail={label} mark={<Mark tone={tone} />} />
      </li>
    </ol>
  )
}

function Node({ title, detail, mark }: { title: string; detail: string; mark: ReactNode }) {
  return (
    <div className="chain-node">
      <span className="chain-mark">{mark}</span>
      <span className="chain-title">{title}</span>
      <span className="chain-detail">{detail}</span>
    </div>
  )
}

function legDetail(leg: LocusLeg): string {
  return `${cellInWords(leg.cell)}, tokens ${leg.firstToken + 1}–${leg.firstToken + leg.tokens}`
}

function checkerName({ checkedBy }: Locus): string {
  return checkedBy.kind === 'this-device' ? 'This device' : 'Nobody'
}

function upperFirst(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
