import './chain-node.css'
import type { ReactNode } from 'react'
import type { VerifierTone } from '../wording/verifier-wording.ts'

export interface ChainNodeProps {
  mark: ReactNode
  title: string
  /** What it found, in the colour of its tone. */
  found?: string
  tone?: VerifierTone
  detail: string
}

/** One station of the picture: a mark on the line, and under or beside it who it is and what it did. */
export function ChainNode({ mark, title, found, tone, detail }: ChainNodeProps) {
  return (
    <div className="chain-node" data-tone={tone}>
      <span className="chain-mark">{mark}</span>
      <span className="chain-title">{title}</span>
      {found !== undefined && <span className="chain-found">{found}</span>}
      {detail !== '' && <span className="chain-detail">{detail}</span>}
    </div>
  )
}
