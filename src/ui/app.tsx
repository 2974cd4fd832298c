import './tokens.css'
import './base.css'
import { useMemo, useRef } from 'react'
import type { Stores } from '../stores/index.ts'
import type { Actions } from './actions.ts'
import { AppContext } from './app-context.ts'
import { AskScreen } from './ask/ask-screen.tsx'
import { CheckScreen } from './check/check-screen.tsx'
import { ContributeScreen } from './contribute/contribute-screen.tsx'
import { Frame } from './frame/frame.tsx'
import { ModelsScreen } from './models/models-screen.tsx'
import { ROUTE_NAMES, type Route } from './route.ts'
import { StakeScreen } from './stake/stake-screen.tsx'
import { useRoute } from './use-route.ts'
import { useRouteFocus } from './use-route-focus.ts'

export interface AppProps {
  stores: Stores
  actions: Actions
}

export function App({ stores, actions }: AppProps) {
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  useRouteFocus(route, main)
  const value = useMemo(() => ({ stores, actions }), [stores, actions])
  return (
    <AppContext value={value}>
      <Frame route={route}>
        <main id="main" tabIndex={-1} ref={main} aria-label={ROUTE_NAMES[route]}>
          <Screen route={route} />
        </main>
      </Frame>
    </AppContext>
  )
}

function Screen({ route }: { route: Route }) {
  switch (route) {
    case 'contribute':
      return <ContributeScreen />
    case 'ask':
      return <AskScreen />
    case 'check':
      return <CheckScreen />
    case 'models':
      return <ModelsScreen />
    case 'stake':
      return <StakeScreen />
    default:
      return route satisfies never
  }
}
