import { deleteDB, openDB } from 'idb'
import { afterEach, expect, test } from 'vitest'
import { sha256 } from '../../../src/protocol/hash.ts'
import { isSignedBy } from '../../../src/protocol/receipt/signature.ts'
import { openSessionKey, replaceSessionKey } from '../../../src/wallet/session-key.ts'

const NAME = 'session-key-test'
const digest = sha256(Uint8Array.of(1))

afterEach(async () => {
  await deleteDB(NAME)
})

test('the session key of a real browser is the same after a reload, and signs what the protocol verifies', async () => {
  const before = await openSessionKey(NAME)
  const after = await openSessionKey(NAME)
  expect(before.persistent).toBe(true)
  expect(after.publicKey).toEqual(before.publicKey)
  expect(isSignedBy(before.publicKey, digest, await after.sign(digest))).toBe(true)
})

test('its private half is in the database, and cannot be read from there', async () => {
  await openSessionKey(NAME)
  const db = await openDB(NAME)
  const { privateKey } = (await db.get('keys', 'current')) as { privateKey: CryptoKey }
  db.close()
  expect(privateKey).toBeInstanceOf(CryptoKey)
  expect(privateKey.extractable).toBe(false)
  for (const format of ['jwk', 'pkcs8'] as const) {
    await expect(crypto.subtle.exportKey(format, privateKey)).rejects.toMatchObject({ name: 'InvalidAccessError' })
  }
})

test('two tabs that open for the first time at once have one key', async () => {
  const [one, other] = await Promise.all([openSessionKey(NAME), openSessionKey(NAME)])
  expect(one.publicKey).toEqual(other.publicKey)
  expect((await openSessionKey(NAME)).publicKey).toEqual(one.publicKey)
})

test('a new key takes its place, unless another tab works with the old one', async () => {
  const before = await openSessionKey(NAME)
  let close = () => {}
  const tab = new Promise<void>((resolve) => {
    close = resolve
  })
  const closed = navigator.locks.request(NAME, { mode: 'shared' }, () => tab)
  await expect(replaceSessionKey(NAME)).rejects.toMatchObject({ code: 'lease/key-in-use' })
  expect((await openSessionKey(NAME)).publicKey).toEqual(before.publicKey)
  close()
  await closed
  await replaceSessionKey(NAME)
  const after = await openSessionKey(NAME)
  expect(after.publicKey).not.toEqual(before.publicKey)
  expect(isSignedBy(after.publicKey, digest, await after.sign(digest))).toBe(true)
})
