import { type RefObject, useEffect, useRef } from 'react'
import { ROUTE_NAMES, type Route } from './route.ts'

/** Names the page and, except on arrival, moves focus to the new screen, so that a screen reader says where it is. */
export function useRouteFocus(route: Route, main: RefObject<HTMLElement | null>): void {
  const previous = useRef(route)
  useEffect(() => {
    document.title = `${ROUTE_NAMES[route]} · Locus`
    if (previous.current === route) return
    previous.current = route
    main.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [route, main])
}
