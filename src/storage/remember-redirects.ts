import type { Fetch } from './fetch-range.ts'

/**
 * A hub sends every request for a large file on to a content network, under a signed address that lasts for a while. Asking there
 * directly saves a round trip for each of a model's hundreds of ranges, and the hub's limit on requests. When that address stops
 * working, the hub is asked again.
 */
export function rememberRedirects(fetch: Fetch): Fetch {
  const moved = new Map<string, string>()
  return async (url, init) => {
    const known = moved.get(url)
    if (known !== undefined) {
      const response = await fetch(known, init)
      if (response.ok || response.status === 429) return response
      await response.body?.cancel()
      moved.delete(url)
    }
    const response = await fetch(url, init)
    if (response.ok && response.redirected) moved.set(url, response.url)
    return response
  }
}
