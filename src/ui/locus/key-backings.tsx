import type { ChainNetwork } from '../../protocol/channel/chain-network.ts'
import type { AnswerKey, Backing } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'
import { Failure } from '../parts/failure.tsx'
import { lookedUpInWords, signerInWords, stakeNowInWords } from '../wording/backing-wording.ts'
import { BackingFacts } from './backing-facts.tsx'

export interface KeyBackingsProps {
  signers: readonly AnswerKey[]
  network: ChainNetwork
  onAgain: () => void
}

/** One entry for each key that is known by now; what is not, is being asked for or is said to have failed. */
export function KeyBackings({ signers, network, onAgain }: KeyBackingsProps) {
  const backings = useStake((model) => model.backings)
  const looks = signers.flatMap(({ key }) => backings[key] ?? [])
  const isLooking = looks.some(({ look }) => look.state === 'looking')
  const failed = looks.map(({ look }) => look).find((look) => look.state === 'failed')
  const since = oldestOf(looks)
  return (
    <div className="at-stake">
      <p>{stakeNowInWords(network)}</p>
      <ul className="backings" aria-label="What stands behind each key">
        {signers.map((signer) => {
          const known = backings[signer.key]?.known ?? null
          return known === null ? null : (
            <li key={signer.key}>
              <BackingFacts name={signerInWords(signer)} known={known} token={network.token} />
            </li>
          )
        })}
      </ul>
      <div role="status">{failed !== undefined && <Failure error={failed.error} />}</div>
      <div className="backings-foot">
        <p className="quiet" role="status">
          {isLooking ? 'Asking the chain …' : since !== null && lookedUpInWords(since)}
        </p>
        <button
          type="button"
          className="button button-plain"
          aria-disabled={isLooking}
          onClick={() => {
            if (!isLooking) onAgain()
          }}
        >
          Look again
        </button>
      </div>
    </div>
  )
}

/** What is shown is as old as the oldest part of it; null while nothing is known. */
function oldestOf(backings: readonly Backing[]): number | null {
  const times = backings.flatMap(({ known }) => (known === null ? [] : [known.at]))
  return times.length === 0 ? null : Math.min(...times)
}
