import type { Locus } from '../../stores/index.ts'
import type { Tone } from './verdict-wording.ts'

export interface OwnWording {
  tone: Tone
  /** What this device found by itself, in a few words. */
  found: string
}

/** This device's own part in an answer's verdict, whatever others said. */
export function ownInWords({ own, report, checkedBy }: Pick<Locus, 'own' | 'report' | 'checkedBy'>): OwnWording {
  switch (own.verdict) {
    case 'pass':
      return {
        tone: 'pass',
        found: report?.exactPair === true ? 'found it identical' : 'found it within honest limits',
      }
    case 'fail':
      return { tone: 'fail', found: report?.exactPair === false ? 'found it beyond honest limits' : 'found it wrong' }
    case 'inconclusive':
      return { tone: 'unsure', found: checkedBy.kind === 'nobody' ? 'could not compute it' : 'could not tell' }
    default:
      return own satisfies never
  }
}
