import { type Alarm, alarmOf, type Locus, type LocusAudit, tallyOf } from '../../stores/index.ts'
import { inCount } from './amounts.ts'
import { lowerFirst } from './lower-first.ts'
import { rateInWords } from './rate-wording.ts'
import { isReason, reasonInWords } from './reason-wording.ts'
import { tallyInWords } from './tally-wording.ts'

export interface StageWording {
  title: string
  detail: string
}

/** The draw of one audit, as a stage of the picture. */
export function drawInWords(audit: LocusAudit): StageWording {
  const { beaconRound, candidates, fault, isDrawn, rateMillionths, stage, verifiers } = audit
  if (fault !== null) return { title: 'Counts for nothing', detail: faultInWords(fault) }
  if (!isDrawn) {
    return { title: 'Not drawn', detail: `The lottery did not fall on this answer: ${rateInWords(rateMillionths)}.` }
  }
  const round = `round ${beaconRound.toLocaleString('en')}`
  if (verifiers.length === 0) {
    return { title: 'Nobody to draw', detail: `The lottery fell on it in ${round}, and nobody else could be drawn.` }
  }
  const drew = `Public chance, ${round}, drew ${verifiers.length} of ${candidates} on the list`
  return {
    title: 'The draw',
    detail: stage === 'committee' ? `${drew}.` : `${drew}. Of answers like this, ${rateInWords(rateMillionths)}.`,
  }
}

/** What the others said, for the sentence under the picture. Empty where there is nothing to say. */
export function auditsInWords(locus: Locus): string {
  const [lottery, committee] = locus.audits
  const sentences = [
    lottery === undefined ? '' : lotteryInWords(lottery),
    committee === undefined ? '' : committeeInWords(committee, alarmOf(locus)),
    locus.auditNote ?? '',
  ]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}

function lotteryInWords(audit: LocusAudit): string {
  const { fault, isDrawn, rateMillionths, verifiers } = audit
  if (fault !== null) return `What others say of it counts for nothing: ${lowerFirst(faultInWords(fault))}`
  if (!isDrawn) return `The lottery did not fall on this answer: ${rateInWords(rateMillionths)}.`
  if (verifiers.length === 0) return 'The lottery fell on this answer, and nobody else could be drawn.'
  const who = verifiers.length === 1 ? '1 other was' : `${verifiers.length} others were`
  return `${who} drawn by lot to check it: ${tallyInWords(tallyOf(verifiers))}.`
}

function committeeInWords({ fault, verifiers }: LocusAudit, alarm: Alarm | null): string {
  const why = alarm === null ? '' : `, because ${alarmInWords(alarm)}`
  const members = `A committee of ${verifiers.length} was convened${why}`
  if (fault !== null) return `${members}. It counts for nothing: ${lowerFirst(faultInWords(fault))}`
  return `${members}: ${tallyInWords(tallyOf(verifiers))}.`
}

/** Who called for a committee; a continuation of "because". */
export function alarmInWords({ isOwn, others }: Alarm): string {
  const own = 'this device finds it beyond honest limits'
  if (others === 0) return own
  const drawn = `${inCount(others, 'verifier')} who ${others === 1 ? 'was' : 'were'} drawn found it wrong`
  return isOwn ? `${own} and ${drawn}` : drawn
}

export function faultInWords({ code, message }: NonNullable<LocusAudit['fault']>): string {
  return isReason(code) ? reasonInWords(code) : message
}
