import { describe, expect, test } from 'vitest'
import { relayConfig } from '../../../../services/relay/relay-config.ts'

describe('the relay’s settings', () => {
  test('have defaults that listen on this machine only', () => {
    expect(relayConfig({}, {})).toEqual({
      host: '127.0.0.1',
      port: 4501,
      identityPath: 'relay-identity.key',
      announce: [],
      httpHost: '127.0.0.1',
      httpPort: 4502,
      maxConnectionsPerHost: 64,
    })
  })

  test('come from variables, and flags win over them', () => {
    const environment = { LOCUS_RELAY_PORT: '1', LOCUS_RELAY_HTTP_PORT: '2', LOCUS_RELAY_ANNOUNCE: '/dns4/a,/dns4/b' }
    expect(relayConfig({ port: '0' }, environment)).toMatchObject({
      port: 0,
      httpPort: 2,
      announce: ['/dns4/a', '/dns4/b'],
    })
    expect(relayConfig({ announce: ['/dns4/c', '/dns4/d'] }, environment).announce).toEqual(['/dns4/c', '/dns4/d'])
  })

  test.each(['', ' ', 'abc', '-1', '65536', '1.5'])('refuse %j as a port, by name', (port) => {
    expect(() => relayConfig({ port }, {})).toThrow('--port must be a whole number from 0 to 65535')
  })
})
