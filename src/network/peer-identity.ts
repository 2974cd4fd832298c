import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey } from '@libp2p/interface'

/** A new Ed25519 peer identity, in libp2p's protobuf form. A secret: whoever has it can appear as this peer. */
export async function createPeerIdentity(): Promise<Uint8Array> {
  return privateKeyToProtobuf(await generateKeyPair('Ed25519'))
}

const PROBE = new TextEncoder().encode('locus peer identity')

/**
 * Reads what `createPeerIdentity` gave and was stored. Errors: TypeError for anything that is not an Ed25519 key whose halves belong
 * together, because a key with a foreign public half signs what nobody accepts.
 */
export async function readPeerIdentity(identity: Uint8Array): Promise<Ed25519PrivateKey> {
  let key: ReturnType<typeof privateKeyFromProtobuf>
  try {
    key = privateKeyFromProtobuf(identity)
  } catch (cause) {
    throw new TypeError('not a libp2p private key', { cause })
  }
  if (key.type !== 'Ed25519') throw new TypeError(`expected an Ed25519 key, not ${key.type}`)
  if (!(await key.publicKey.verify(PROBE, await key.sign(PROBE)))) throw new TypeError('the key is damaged')
  return key
}
