import type { Answer } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { priceInWords, spendingInWords } from '../wording/price-wording.ts'

/** What an answer costs that is paid for: there from its beginning to the end, so that nothing moves. Looked at, not read out. */
export function AnswerSpending({ answer: { settings, payment } }: { answer: Answer }) {
  const token = useStake(({ site }) => (site.state === 'known' ? site.network.token : null))
  if (settings.payment === null || token === null) return null
  return (
    <p className="answer-spending">
      <span>{spendingInWords(payment, settings.payment.maxAmount, token)}</span>
      {payment?.kind === 'paid' && <span className="quiet">{priceInWords(payment.price, token)}</span>}
    </p>
  )
}
