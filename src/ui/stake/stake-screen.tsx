import './stake-screen.css'
import { useEffect } from 'react'
import { useActions, useStake } from '../app-context.ts'
import { Failure } from '../parts/failure.tsx'
import { StakeDesk } from './stake-desk.tsx'

export function StakeScreen() {
  const site = useStake((model) => model.site)
  const { openStake, leaveStake } = useActions()
  useEffect(() => {
    openStake()
    return leaveStake
  }, [openStake, leaveStake])
  if (site.state === 'known') return <StakeDesk site={site} />
  return (
    <div className="stake-alone">
      <h1>What stands behind your work.</h1>
      {site.state === 'none' && (
        <p className="lede">This site names no chain, so all work on it is free: nothing is staked, earned or paid.</p>
      )}
      {site.state === 'unknown' && (
        <p className="lede" role="status">
          Looking up which chain this site uses …
        </p>
      )}
      {site.state === 'failed' && (
        <>
          <div role="alert">
            <Failure error={site.error} />
          </div>
          <button type="button" className="button" onClick={openStake}>
            Try again
          </button>
        </>
      )}
    </div>
  )
}
