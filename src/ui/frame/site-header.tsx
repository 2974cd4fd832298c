import { hashOf, ROUTE_NAMES, ROUTES, type Route } from '../route.ts'

export function SiteHeader({ route }: { route: Route }) {
  return (
    <header className="site-header">
      <a className="wordmark" href={hashOf('contribute')}>
        <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
          <circle cx="12" cy="12" r="9.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
          <circle className="wordmark-point" cx="15" cy="9" r="3.25" />
        </svg>
        Locus
      </a>
      <nav aria-label="Screens">
        <ul>
          {ROUTES.map((each) => (
            <li key={each}>
              <a href={hashOf(each)} aria-current={each === route ? 'page' : undefined}>
                {ROUTE_NAMES[each]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
    </header>
  )
}
