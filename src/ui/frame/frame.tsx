import './frame.css'
import { type MouseEvent, type ReactNode } from 'react'
import type { Route } from '../route.ts'
import { Notices } from './notices.tsx'
import { SiteHeader } from './site-header.tsx'

export function Frame({ route, children }: { route: Route; children: ReactNode }) {
  return (
    <div className="frame">
      <a className="skip-link" href="#main" onClick={skipToMain}>
        Skip to content
      </a>
      <SiteHeader route={route} />
      <Notices />
      {children}
      <SiteFooter />
    </div>
  )
}

/** The hash is the route, so the link must not change it. */
function skipToMain(event: MouseEvent): void {
  event.preventDefault()
  document.getElementById('main')?.focus()
}

function SiteFooter() {
  return (
    <footer className="site-footer">
      <p>Prompts are visible to the peer that answers them. Do not put secrets in one.</p>
      <p>
        The model is small and writes children’s stories; it knows no facts. Nothing is paid or staked unless you say
        so.
      </p>
    </footer>
  )
}
