import { bytesToHex } from '../protocol/hash.ts'
import { MAX_ROOT_AGE_MS, ROOT_EPOCH_MS } from '../protocol/limits.ts'
import {
  isSameRoot,
  judgeRootAnnouncement,
  type RootAnnouncement,
  type RootKind,
} from '../protocol/wire/root-announcement.ts'
import { ACCEPT, ignore, type MessageVerdict } from '../protocol/wire/verdict.ts'
import type { Clock } from './ports.ts'

/** Roots remembered at once: two kinds of ten epochs of 200 participants, 2 MiB; beyond it newcomers are ignored until others expire. */
const MAX_ROOTS = 4_096

/** Two signed messages that cannot both be true; `isRootEquivocation` proves it to anybody. */
export interface RootEquivocation {
  announcement: RootAnnouncement
  first: Uint8Array
  second: Uint8Array
}

/** The roots that others have announced within the last epochs: judged on arrival, compared with each other, then forgotten. */
export interface RootBook {
  /**
   * The gossip handler: its verdict decides whether the root propagates. The second of two different roots for one key, kind and epoch
   * propagates too, because everybody should hold the proof; it comes back as `equivocation`, once.
   */
  receive(bytes: Uint8Array, publisher: string): { verdict: MessageVerdict; equivocation: RootEquivocation | null }
  /** Of its newest epoch; null when this key has announced none lately, or contradicted itself in that epoch. */
  newest(participantKey: Uint8Array, kind: RootKind): RootAnnouncement | null
}

interface Known {
  announcement: RootAnnouncement
  bytes: Uint8Array
  contradicted: boolean
}

export function createRootBook(clock: Pick<Clock, 'now'>, { maxRoots = MAX_ROOTS } = {}): RootBook {
  const roots = new Map<string, Known>()
  let swept = 0

  /** Once an epoch: what expires is a whole epoch's roots, and a walk for each message would be a stranger's to order. */
  function forgetLate(): void {
    const epoch = Math.floor(clock.now() / ROOT_EPOCH_MS)
    if (epoch === swept) return
    swept = epoch
    for (const [slot, { announcement }] of roots) {
      if ((announcement.epoch + 1) * ROOT_EPOCH_MS + MAX_ROOT_AGE_MS <= clock.now()) roots.delete(slot)
    }
  }

  const refuse = (verdict: MessageVerdict) => ({ verdict, equivocation: null })

  return {
    receive(bytes, publisher) {
      const { verdict, announcement } = judgeRootAnnouncement(bytes, publisher, clock.now())
      if (announcement === null) return refuse(verdict)
      forgetLate()
      const slot = `${announcement.kind} ${announcement.epoch} ${bytesToHex(announcement.participantKey)}`
      const known = roots.get(slot)
      if (known === undefined) {
        // IGNORE what we cannot remember.
        if (roots.size >= maxRoots) return refuse(ignore('root/book-full'))
        roots.set(slot, { announcement, bytes: bytes.slice(), contradicted: false })
        return refuse(verdict)
      }
      // IGNORE what is known: issued again, or a third root from who is caught already.
      if (known.contradicted || isSameRoot(known.announcement, announcement)) return refuse(ignore('root/known'))
      known.contradicted = true
      return { verdict: ACCEPT, equivocation: { announcement, first: known.bytes, second: bytes.slice() } }
    },

    newest(participantKey, kind) {
      forgetLate()
      const epoch = Math.floor(clock.now() / ROOT_EPOCH_MS)
      const key = bytesToHex(participantKey)
      // A clock that is ahead of ours may announce an epoch that has not ended here.
      for (let back = -1; back <= MAX_ROOT_AGE_MS / ROOT_EPOCH_MS; back += 1) {
        const known = roots.get(`${kind} ${epoch - back} ${key}`)
        if (known !== undefined) return known.contradicted ? null : known.announcement
      }
      return null
    },
  }
}
