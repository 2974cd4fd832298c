import { type AuditTally, assuranceOf, type Locus } from '../../stores/index.ts'
import { inCount } from './amounts.ts'
import { shortId } from './short-id.ts'

/**
 * How sure an answer's verdict leaves one, in one honest sentence or two: what would have to be false for it to be wrong.
 * `thresholds`: version of this page's limits, hex.
 */
export function surenessInWords(locus: Locus, thresholds: string | null): string {
  const assurance = assuranceOf(locus)
  switch (assurance.kind) {
    case 'equal-bits':
      return 'As sure as this device: it computed every bit again, so only a broken hash function or this page itself could hide a difference.'
    case 'other-bits':
      return 'As sure as this device: honest devices of its kind compute the very same bits, and these are others. Only a fault of its own memory could look alike, and checking again would show that.'
    case 'broken-evidence':
      return 'Certain, whatever the model says: what was signed does not fit together, and anybody can see that without computing.'
    case 'within-limits':
      return `Fairly sure: this device is of another kind than the provider’s, so it compared by limits${versionOf(thresholds)} and not bit for bit. A forgery that strays no further than honest devices do would pass.${assurance.others === null ? '' : ` ${drawnInWords(assurance.others, 'right')} too.`}`
    case 'others':
      return `As sure as you are of strangers: this device could not tell, and ${drawnInWords(assurance.others, 'right')}. Who did could be wrong only together with whoever computed it.`
    case 'committee':
      return assurance.verdict === 'pass'
        ? `As sure as you are of a crowd: ${drawnInWords(assurance.others, 'right')}. It could be wrong only if four in five lied alike.`
        : `As sure as you are of a crowd: ${drawnInWords(assurance.others, 'wrong')}. It could be right only if four in five lied alike.`
    case 'disputed':
      return 'Not sure: those who computed it do not agree, and too few of one mind were found. Read it as unchecked.'
    case 'nobody':
      return 'Not sure at all: nobody whose word counts has confirmed it. It is the provider’s word alone.'
    default:
      return assurance satisfies never
  }
}

function versionOf(thresholds: string | null): string {
  return thresholds === null ? '' : ` (version ${shortId(thresholds)})`
}

function drawnInWords(others: AuditTally | null, found: 'right' | 'wrong'): string {
  return `${others?.[found] ?? 0} of ${inCount(others?.of ?? 0, 'other')}, drawn by lot, found it ${found}`
}
