import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chainHashOf } from '../../../../services/beacon/chain-hash.ts'
import { createBeacon } from '../../../../services/beacon/create-beacon.ts'
import { bytesToHex, hexToBytes, sha256 } from '../../../../src/protocol/hash.ts'
import { DrandChainSchema, randomnessOf } from '../../../../src/protocol/selection/beacon.ts'
import { isBeaconRound } from '../../../../src/protocol/selection/beacon-signature.ts'
import { QUICKNET } from '../../../../src/protocol/selection/quicknet.ts'
import { createFakeClock } from '../../../doubles/fake-clock.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'locus-beacon-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

test('the name of a chain is the one that drand gives it: quicknet’s', () => {
  // From its /info, like the rest.
  const groupHash = 'f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e'
  expect(chainHashOf(QUICKNET, { groupHash, beaconId: 'quicknet' })).toBe(QUICKNET.chainHash)
})

describe('a beacon with one operator', () => {
  async function setUp() {
    const clock = createFakeClock()
    const beacon = await createBeacon({ clock })
    const get = (path: string, method = 'GET') => {
      const { status, body } = beacon.answer(method, path)
      return { status, json: JSON.parse(body) as Record<string, unknown> }
    }
    return { clock, beacon, get, base: `/${beacon.chain.chainHash}` }
  }

  test('says of itself what drand would', async () => {
    const { beacon, get, base } = await setUp()
    const { chain } = beacon
    expect(v.is(DrandChainSchema, chain)).toBe(true)
    const { status, json } = get(`${base}/info`)
    expect(status).toBe(200)
    expect(json).toMatchObject({
      public_key: chain.publicKey,
      period: 3,
      genesis_time: chain.genesisSeconds,
      hash: chain.chainHash,
      schemeID: chain.scheme,
    })
    const name = { groupHash: String(json['groupHash']), beaconId: 'locus-single-operator' }
    expect(chainHashOf(chain, name)).toBe(chain.chainHash)
  })

  test('signs what is due, always the same, and says its randomness', async () => {
    const { beacon, clock, get, base } = await setUp()
    clock.advance(60_000)
    const { status, json } = get(`${base}/public/21`)
    expect(status).toBe(200)
    const round = { round: 21, signature: hexToBytes(String(json['signature'])) }
    expect(isBeaconRound(beacon.chain, round)).toBe(true)
    expect(json).toEqual({
      round: 21,
      randomness: bytesToHex(randomnessOf(round)),
      signature: bytesToHex(round.signature),
    })
    expect(json['randomness']).toBe(bytesToHex(sha256(round.signature)))
    expect(get(`${base}/public/21`).json).toEqual(json)
  })

  test('says nothing before its time', async () => {
    const { clock, get, base } = await setUp()
    expect(get(`${base}/public/2`).status).toBe(404)
    clock.advance(2_999)
    expect(get(`${base}/public/2`).status).toBe(404)
    clock.advance(1)
    expect(get(`${base}/public/2`).status).toBe(200)
  })

  test.each([
    '',
    '/',
    '/info',
    '/public/1',
    'BASE',
    'BASE/',
    'BASE/public/',
    'BASE/public/0',
    'BASE/public/01',
    'BASE/public/1.0',
    'BASE/public/-1',
    'BASE/public/1e0',
    'BASE/public/99999999999999999999',
    'BASE/public/latest',
    'BASE/../secret',
  ])('has nothing at %s', async (path) => {
    const { get, base } = await setUp()
    expect(get(path.replace('BASE', base)).status).toBe(404)
  })

  test('only answers questions', async () => {
    const { get, base } = await setUp()
    expect(get(`${base}/info`, 'POST').status).toBe(405)
  })
})

describe('the beacon’s secret', () => {
  test('is made on first start, for the owner’s eyes only, and makes the same chain after a restart', async () => {
    const secretPath = join(await temporaryFolder(), 'keys', 'beacon')
    const first = await createBeacon({ secretPath })
    const second = await createBeacon({ secretPath })
    expect(second.chain).toEqual(first.chain)
    expect((await stat(secretPath)).mode & 0o777).toBe(0o600)
  })

  test('that two beacons make at the same moment is the same one', async () => {
    const secretPath = join(await temporaryFolder(), 'beacon')
    const [one, other] = await Promise.all([createBeacon({ secretPath }), createBeacon({ secretPath })])
    expect(one.chain).toEqual(other.chain)
  })

  test.each<[string, (secret: Uint8Array) => Uint8Array]>([
    ['cut short', (secret) => secret.slice(0, 31)],
    ['empty', () => new Uint8Array(0)],
    ['damaged by a bit', (secret) => secret.with(5, (secret[5] ?? 0) ^ 1)],
  ])('that is %s stops the start with what to do, and is not replaced', async (_what, damage) => {
    const secretPath = join(await temporaryFolder(), 'beacon')
    await createBeacon({ secretPath })
    const damaged = damage(Uint8Array.from(await readFile(secretPath)))
    await writeFile(secretPath, damaged)
    await expect(createBeacon({ secretPath })).rejects.toThrow(/does not hold a beacon’s secret key.*Restore it from/)
    expect(Uint8Array.from(await readFile(secretPath))).toEqual(damaged)
  })

  test('that cannot be written says which file', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    const secretPath = join(folder, 'file', 'beacon')
    await expect(createBeacon({ secretPath })).rejects.toThrow(secretPath)
    await chmod(folder, 0o700)
  })
})
