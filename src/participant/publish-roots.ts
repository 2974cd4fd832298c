import { CodedError } from '../protocol/errors.ts'
import { inclusionProof, merkleRoot } from '../protocol/evidence/merkle.ts'
import { bytesToHex, hexToBytes } from '../protocol/hash.ts'
import { MAX_ROOT_AGE_MS, MAX_ROOT_LEAVES, ROOT_EPOCH_MS } from '../protocol/limits.ts'
import {
  encodeRoot,
  epochAt,
  type RootAnnouncement,
  type RootKind,
  rootDigest,
} from '../protocol/wire/root-announcement.ts'
import type { Clock, Logger, Network, SessionKey, Unsubscribe } from './ports.ts'

/** Epochs whose leaves are kept, so that they can still be shown to be under their roots: an hour. */
const MAX_KEPT_EPOCHS = 60

/** Everybody's epoch ends at once, so each key waits for a turn of its own within this time, or the relay would be flooded every minute. */
const SPREAD_MS = 20_000

export interface RootPublisherPorts {
  /** A root that cannot be published is tried again while it is gossip; a network that is not started is such a case. */
  network: Pick<Network, 'peerId' | 'publish'>
  sessionKey: SessionKey
  clock: Pick<Clock, 'now' | 'after'>
  logger: Logger
}

/** Shows that a hash stands under an announced root: `verifyInclusion` checks it. */
export interface RootProof {
  announcement: RootAnnouncement
  index: number
  path: Uint8Array[]
}

/** Gathers the digests of what this participant signed, and announces one root for each kind and epoch that had any. */
export interface RootPublisher {
  /** `hash`: the 32 bytes that the session key has just signed. It belongs to the epoch of this moment. */
  add(kind: RootKind, hash: Uint8Array): void
  /** Null while its epoch is open, and once its epoch is an hour old. */
  proofOf(kind: RootKind, hash: Uint8Array): RootProof | null
  stop(): void
}

interface Epoch {
  kind: RootKind
  epoch: number
  /** Hex, so that a hash counts once; sorted when sealed, so that a root does not tell in which order things were signed. */
  leaves: Set<string>
  announcement: RootAnnouncement | null
  published: boolean
}

export function createRootPublisher({ network, sessionKey, clock, logger }: RootPublisherPorts): RootPublisher {
  const epochs = new Map<string, Epoch>()
  let stopTimer: Unsubscribe | null = null
  let stopped = false
  const [high = 0, low = 0] = sessionKey.publicKey
  const turnMs = Math.floor(((high * 256 + low) / 65_536) * SPREAD_MS)

  /** One timer, and only while something waits for its epoch's end or for the network. */
  function wake(): void {
    if (stopped || stopTimer !== null || ![...epochs.values()].some(isDue)) return
    const sinceTurn = (clock.now() - turnMs) % ROOT_EPOCH_MS
    stopTimer = clock.after(ROOT_EPOCH_MS - sinceTurn, () => {
      stopTimer = null
      void announceEnded().finally(wake)
    })
  }

  const endOf = ({ epoch }: Epoch): number => (epoch + 1) * ROOT_EPOCH_MS
  const isDue = (epoch: Epoch): boolean => !epoch.published && clock.now() < endOf(epoch) + MAX_ROOT_AGE_MS

  async function announceEnded(): Promise<void> {
    for (const epoch of epochs.values()) {
      if (isDue(epoch) && endOf(epoch) <= clock.now()) await announce(epoch)
    }
    for (const key of epochs.keys()) {
      if (epochs.size <= 2 * MAX_KEPT_EPOCHS) break
      epochs.delete(key)
    }
  }

  async function announce(epoch: Epoch): Promise<void> {
    const leaves = leavesOf(epoch)
    epoch.announcement ??= {
      version: 1,
      kind: epoch.kind,
      participantKey: sessionKey.publicKey,
      peerId: network.peerId,
      epoch: epoch.epoch,
      root: merkleRoot(leaves),
      count: leaves.length,
      issuedAt: clock.now(),
    }
    const { announcement } = epoch
    try {
      await network.publish('roots', encodeRoot(announcement, await sessionKey.sign(rootDigest(announcement))))
      epoch.published = true
    } catch (error) {
      logger.warn('root-not-published', { code: CodedError.dataOf(error, 'network/relay-unreachable').code })
    }
  }

  return {
    add(kind, hash) {
      let number = epochAt(clock.now())
      // A clock that was set back does not reopen what was announced: that would be a second root.
      while ((epochs.get(`${kind} ${number}`)?.announcement ?? null) !== null) number += 1
      const key = `${kind} ${number}`
      const epoch = epochs.get(key) ?? { kind, epoch: number, leaves: new Set(), announcement: null, published: false }
      if (epoch.leaves.size < MAX_ROOT_LEAVES) epoch.leaves.add(bytesToHex(hash))
      epochs.set(key, epoch)
      wake()
    },

    proofOf(kind, hash) {
      const name = bytesToHex(hash)
      for (const epoch of epochs.values()) {
        if (epoch.kind !== kind || epoch.announcement === null || !epoch.leaves.has(name)) continue
        const index = [...epoch.leaves].toSorted().indexOf(name)
        return { announcement: epoch.announcement, index, path: inclusionProof(leavesOf(epoch), index) }
      }
      return null
    },

    stop() {
      stopped = true
      stopTimer?.()
      stopTimer = null
    },
  }
}

function leavesOf({ leaves }: Epoch): Uint8Array[] {
  return [...leaves].toSorted().map(hexToBytes)
}
