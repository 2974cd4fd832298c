import type { RelayOptions } from './create-relay.ts'

export const RELAY_FLAGS = {
  host: { type: 'string' },
  port: { type: 'string' },
  identity: { type: 'string' },
  announce: { type: 'string', multiple: true },
  'http-host': { type: 'string' },
  'http-port': { type: 'string' },
  'max-per-host': { type: 'string' },
} as const

export const RELAY_USAGE = `Locus relay: helps pages find each other; carries no answers.

  --host ADDRESS          where pages connect (LOCUS_RELAY_HOST, 127.0.0.1)
  --port NUMBER           WebSocket port (LOCUS_RELAY_PORT, 4501; 0: any free one)
  --identity FILE         key file, made if absent (LOCUS_RELAY_IDENTITY, relay-identity.key)
  --announce MULTIADDR    address pages reach it by, if another; may be repeated (LOCUS_RELAY_ANNOUNCE, comma-separated)
  --http-host ADDRESS     where /health and /metrics are (LOCUS_RELAY_HTTP_HOST, 127.0.0.1)
  --http-port NUMBER      their port (LOCUS_RELAY_HTTP_PORT, 4502; 0: any free one)
  --max-per-host NUMBER   connections from one address (LOCUS_RELAY_MAX_PER_HOST, 64; raise it behind a proxy)
`

type Flags = { [name in keyof typeof RELAY_FLAGS]?: string | string[] | undefined }

/** A flag wins over its variable. Errors: TypeError that names the setting. */
export function relayConfig(flags: Flags, environment: Record<string, string | undefined>): RelayOptions {
  const text = (flag: keyof Flags, fallback: string): string => {
    const value = flags[flag] ?? environment[variableOf(flag)] ?? fallback
    return Array.isArray(value) ? value.join(',') : value
  }
  const announce = text('announce', '')
  return {
    host: text('host', '127.0.0.1'),
    port: wholeNumber('port', text('port', '4501'), 65_535),
    identityPath: text('identity', 'relay-identity.key'),
    announce: announce === '' ? [] : announce.split(','),
    httpHost: text('http-host', '127.0.0.1'),
    httpPort: wholeNumber('http-port', text('http-port', '4502'), 65_535),
    maxConnectionsPerHost: wholeNumber('max-per-host', text('max-per-host', '64'), 1_000_000),
  }
}

function variableOf(flag: string): string {
  return `LOCUS_RELAY_${flag.toUpperCase().replaceAll('-', '_')}`
}

function wholeNumber(flag: string, text: string, max: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > max) {
    throw new TypeError(`--${flag} must be a whole number from 0 to ${max}, not "${text}"`)
  }
  return value
}
