import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../../src/protocol/hash.ts'
import { isSignedBy, toLowS } from '../../../src/protocol/receipt/signature.ts'
import { openSessionKey, replaceSessionKey } from '../../../src/wallet/session-key.ts'
import { createEphemeralSessionKey, generateSessionKeyPair } from '../../../src/wallet/session-key-webcrypto.ts'

const digest = sha256(Uint8Array.of(1))

let count = 0
function freshName(): string {
  count += 1
  return `session-key-${count}`
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a session key', () => {
  test('signs what the protocol verifies, and nothing else', async () => {
    const key = await createEphemeralSessionKey()
    const signature = await key.sign(digest)
    expect(key.publicKey.length).toBe(64)
    expect(isSignedBy(key.publicKey, digest, signature)).toBe(true)
    expect(isSignedBy(key.publicKey, sha256(digest), signature)).toBe(false)
  })

  test('always signs with the low s, which half of WebCrypto’s signatures have not', async () => {
    const key = await createEphemeralSessionKey()
    for (let i = 0; i < 16; i += 1) {
      const signature = await key.sign(digest)
      expect(toLowS(signature)).toEqual(signature)
    }
  })

  test('signs digests only', async () => {
    const key = await createEphemeralSessionKey()
    await expect(key.sign(new Uint8Array(31))).rejects.toThrow(RangeError)
  })

  test('never hands out its private half', async () => {
    const { privateKey } = await generateSessionKeyPair()
    await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow('not extractable')
    await expect(crypto.subtle.exportKey('pkcs8', privateKey)).rejects.toThrow('not extractable')
  })
})

describe('the session key of this device', () => {
  test('is the same after a reload', async () => {
    const name = freshName()
    const before = await openSessionKey(name)
    const after = await openSessionKey(name)
    expect(after.publicKey).toEqual(before.publicKey)
    expect(after.persistent).toBe(true)
    expect(isSignedBy(before.publicKey, digest, await after.sign(digest))).toBe(true)
  })

  test('is one key, though two tabs ask for it first at the same moment', async () => {
    const name = freshName()
    const [one, other] = await Promise.all([openSessionKey(name), openSessionKey(name)])
    expect(one.publicKey).toEqual(other.publicKey)
    expect((await openSessionKey(name)).publicKey).toEqual(one.publicKey)
  })

  test('is made anew when the stored public half does not belong to the private one', async () => {
    const name = freshName()
    const { publicKey } = await openSessionKey(name)
    const db = await openDB(name)
    await db.put('keys', { ...(await generateSessionKeyPair()), publicKey }, 'current')
    db.close()
    const key = await openSessionKey(name)
    expect(key.publicKey).not.toEqual(publicKey)
    expect(isSignedBy(key.publicKey, digest, await key.sign(digest))).toBe(true)
  })

  test('is made anew when what is stored is no key', async () => {
    const name = freshName()
    await openSessionKey(name)
    const db = await openDB(name)
    await db.put('keys', { privateKey: 'nonsense' }, 'current')
    db.close()
    expect((await openSessionKey(name)).publicKey.length).toBe(64)
  })

  test('lasts for the visit where the browser keeps nothing', async () => {
    vi.stubGlobal('indexedDB', undefined)
    const key = await openSessionKey(freshName())
    expect(key.persistent).toBe(false)
    expect(isSignedBy(key.publicKey, digest, await key.sign(digest))).toBe(true)
  })

  test('cannot be made on an insecure address, and the person is told so', async () => {
    vi.stubGlobal('crypto', {})
    await expect(openSessionKey(freshName())).rejects.toMatchObject({
      code: 'storage/unavailable',
      nextStep: expect.stringContaining('https'),
    })
  })
})

describe('a new session key', () => {
  test('takes the place of the old one for good', async () => {
    const name = freshName()
    const before = await openSessionKey(name)
    await replaceSessionKey(name)
    const after = await openSessionKey(name)
    expect(after.publicKey).not.toEqual(before.publicKey)
    expect(isSignedBy(after.publicKey, digest, await after.sign(digest))).toBe(true)
    expect((await openSessionKey(name)).publicKey).toEqual(after.publicKey)
  })

  test('is also made where there was none yet', async () => {
    const name = freshName()
    await replaceSessionKey(name)
    expect((await openSessionKey(name)).persistent).toBe(true)
  })

  test('is not made while another tab has the old one, and this tab keeps it too', async () => {
    const name = freshName()
    const before = await openSessionKey(name)
    let close = () => {}
    const tab = new Promise<void>((resolve) => {
      close = resolve
    })
    const closed = navigator.locks.request(name, { mode: 'shared' }, () => tab)
    await expect(replaceSessionKey(name)).rejects.toMatchObject({ code: 'lease/key-in-use' })
    expect((await openSessionKey(name)).publicKey).toEqual(before.publicKey)
    close()
    await closed
    await replaceSessionKey(name)
    expect((await openSessionKey(name)).publicKey).not.toEqual(before.publicKey)
  })

  test('is what a page gets that asks for the key while it is replaced', async () => {
    const name = freshName()
    await openSessionKey(name)
    const [, during] = await Promise.all([replaceSessionKey(name), openSessionKey(name)])
    expect((await openSessionKey(name)).publicKey).toEqual(during.publicKey)
  })

  test('is not made where the browser keeps nothing', async () => {
    vi.stubGlobal('indexedDB', undefined)
    await expect(replaceSessionKey(freshName())).rejects.toMatchObject({ code: 'storage/unavailable' })
  })

  test('needs no locks where the browser has none', async () => {
    vi.stubGlobal('navigator', {})
    const name = freshName()
    const before = await openSessionKey(name)
    await replaceSessionKey(name)
    expect((await openSessionKey(name)).publicKey).not.toEqual(before.publicKey)
  })
})
