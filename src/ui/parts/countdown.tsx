import './countdown.css'
import { useEffect, useState } from 'react'

const TICK_MS = 250

/**
 * Seconds until something is due. Whoever asked for less motion, or listens instead of looking, gets the time at which it is due, which
 * does not change.
 */
export function Countdown({ dueAt }: { dueAt: number }) {
  const seconds = useSecondsUntil(dueAt)
  const due = new Date(dueAt)
  return (
    <span className="countdown">
      <span className="countdown-running" aria-hidden="true">
        {seconds > 0 ? `in ${seconds} s` : 'any moment now'}
      </span>
      <time className="countdown-still" dateTime={due.toISOString()}>
        due at {due.toLocaleTimeString()}
      </time>
    </span>
  )
}

function useSecondsUntil(dueAt: number): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return Math.max(0, Math.ceil((dueAt - now) / 1_000))
}
