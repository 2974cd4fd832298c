import './mark.css'
import type { Tone } from '../wording/verdict-wording.ts'

const PATHS: Record<Tone | 'none', string> = {
  pass: 'M4.5 8.4 7 10.9 11.5 5.6',
  fail: 'M5.2 5.2 10.8 10.8 M10.8 5.2 5.2 10.8',
  unsure: 'M5 8 H11',
  none: '',
}

/** Tick, cross, dash or nothing in a disc. Always stands beside words that say the same. */
export function Mark({ tone }: { tone: Tone | 'none' }) {
  return (
    <svg className="mark" data-tone={tone} viewBox="0 0 16 16" width="20" height="20" aria-hidden="true">
      <circle cx="8" cy="8" r={tone === 'none' ? 7 : 8} />
      <path d={PATHS[tone]} />
    </svg>
  )
}
