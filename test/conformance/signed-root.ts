import type { SessionKey } from '../../src/participant/ports.ts'
import { ROOT_EPOCH_MS } from '../../src/protocol/limits.ts'
import { encodeRoot, epochAt, type RootAnnouncement, rootDigest } from '../../src/protocol/wire/root-announcement.ts'
import { createNodeSessionKey } from '../doubles/node-session-key.ts'

export interface SignedRootOptions {
  peerId: string
  nowMs: number
  key?: SessionKey
  change?: Partial<RootAnnouncement>
}

/** The root that an honest participant would announce at `nowMs`, of the epoch that has just ended. */
export async function signedRoot({ peerId, nowMs, key, change }: SignedRootOptions): Promise<Uint8Array> {
  const sessionKey = key ?? (await createNodeSessionKey())
  const epoch = epochAt(nowMs) - 1
  const announcement: RootAnnouncement = {
    version: 1,
    kind: 'receipts',
    participantKey: sessionKey.publicKey,
    peerId,
    epoch,
    root: new Uint8Array(32).fill(3),
    count: 2,
    issuedAt: (epoch + 1) * ROOT_EPOCH_MS,
    ...change,
  }
  return encodeRoot(announcement, await sessionKey.sign(rootDigest(announcement)))
}
