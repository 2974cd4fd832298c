import type { SlashState } from '../../stores/index.ts'
import { inDateAndTime } from './date-wording.ts'
import { inToken, type TokenUnit } from './token-amount.ts'

/** Never hidden behind a press. */
export const SLASH_IN_SHORT =
  'By proof only: at most a tenth for one proven event, days after the proof. That your signatures contradict each other, anybody can check. That numbers in your answer are wrong rests on the majority of a committee drawn by lot, which you trust.'

/** How stake can be lost, and whom one trusts not to take it wrongly. */
export const SLASH_RULES: readonly { title: string; words: string }[] = [
  {
    title: 'How much',
    words:
      'At most a tenth of what you have staked and are unbonding, for one proven event. At least half of it is burned, so that whoever reports you gains less than you lose.',
  },
  {
    title: 'When',
    words:
      'A proof sets the part aside at once and takes it days later. Until then a committee’s finding falls if one verifier is shown who was left out of its draw.',
  },
  {
    title: 'What counts as proof',
    words:
      'Two signatures of your key that contradict each other. A pass that you signed for an answer that no computer computes. Neither rests on anybody’s word.',
  },
  {
    title: 'What you trust',
    words:
      'For wrong numbers in an answer: the majority of a committee. Of fifteen verifiers with your kind of device, drawn by their stake, twelve must sign that they computed the same other result. If twelve of those drawn lie together, you lose a tenth without having done wrong.',
  },
  {
    title: 'What nobody can do',
    words:
      'Stop you from taking your stake out, raise these bounds, or change the contracts. Numbers within the bounds change with two weeks’ notice.',
  },
]

export function slashInWords(slash: SlashState, token: TokenUnit): string {
  const amount = inToken(slash.amount, token)
  switch (slash.state) {
    case 'waiting':
      return `${amount} are set aside by a proof against this wallet, and taken on ${inDateAndTime(slash.resolveAt)} unless it is refuted.`
    case 'slashed':
      return `${amount} were taken by a proof against this wallet, whose delay ended on ${inDateAndTime(slash.resolveAt)}.`
    case 'released':
      return `${amount} were given back: the proof against this wallet was refuted before ${inDateAndTime(slash.resolveAt)}.`
    default:
      return slash.state satisfies never
  }
}
