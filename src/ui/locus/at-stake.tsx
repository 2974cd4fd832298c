import './at-stake.css'
import { useEffect, useMemo } from 'react'
import { answerKeys, type Locus } from '../../stores/index.ts'
import { useActions, useStake } from '../app-context.ts'
import { Failure } from '../parts/failure.tsx'
import { STAKE_IN_WORDS } from '../wording/stake-wording.ts'
import { KeyBackings } from './key-backings.tsx'

/** What each had at stake: asked of the chain when somebody looks here, and not before. */
export function AtStake({ locus, isShown }: { locus: Locus; isShown: boolean }) {
  const site = useStake((model) => model.site)
  const { learnChain, lookBehind } = useActions()
  const signers = useMemo(() => answerKeys(locus), [locus])
  const keys = useMemo(() => signers.map(({ key }) => key), [signers])
  const isKnown = site.state === 'known'
  useEffect(() => {
    if (isShown) learnChain()
  }, [isShown, learnChain])
  useEffect(() => {
    if (isShown && isKnown) lookBehind(keys, false)
  }, [isShown, isKnown, keys, lookBehind])
  switch (site.state) {
    case 'none':
      return STAKE_IN_WORDS
    case 'unknown':
      return <p className="quiet">Looking up which chain this site uses …</p>
    case 'failed':
      return (
        <div className="at-stake">
          <Failure error={site.error} />
          <button type="button" className="button button-plain" onClick={learnChain}>
            Look again
          </button>
        </div>
      )
    case 'known':
      return <KeyBackings signers={signers} network={site.network} onAgain={() => lookBehind(keys, true)} />
    default:
      return site satisfies never
  }
}
