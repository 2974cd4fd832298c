import type { Reveal, SignedCommitment } from '../protocol/audit/attestation.ts'
import { bytesEqual } from '../protocol/hash.ts'
import { type CallerMessage, decodeVerifierMessage, encodeAuditMessage } from '../protocol/wire/audit-messages.ts'
import { withDeadline } from './deadline.ts'
import type { Clock, Network, PeerStream } from './ports.ts'

/** A verifier fetches the evidence and computes the answer again: this long for a full context on a slow phone's processor. */
const COMMIT_TIMEOUT_MS = 30_000
/** It has its verdict ready when it is asked to show it. */
const REVEAL_TIMEOUT_MS = 10_000

/** One drawn verifier, from the caller's side (protocol.md §5.6). Nothing rejects: a verifier that fails has kept silent. */
export interface VerifierDialogue {
  /** Null: it refused, vanished, took too long, or sent something else. */
  commitment(): Promise<SignedCommitment | null>
  /** Asked with everybody's commitments, once. */
  reveal(commitments: SignedCommitment[]): Promise<Reveal | null>
  close(): void
}

export function openVerifierDialogue(
  ports: { network: Pick<Network, 'openStream'>; clock: Pick<Clock, 'after'> },
  verifier: { peerId: string; verifierKey: Uint8Array },
  audit: Extract<CallerMessage, { type: 'audit' }>,
  signal?: AbortSignal,
): VerifierDialogue {
  const { clock } = ports
  let stream: PeerStream | null = null
  let frames: AsyncIterator<Uint8Array> | null = null

  const send = async (message: CallerMessage): Promise<void> => stream?.send(encodeAuditMessage(message))
  const receive = async (timeoutMs: number, what: string) => {
    if (frames === null) return null
    const next = await withDeadline(clock, timeoutMs, what, frames.next())
    const decoded = next.done === true ? null : decodeVerifierMessage(next.value)
    return decoded?.ok === true ? decoded.value : null
  }
  /** Another verifier's words do not count here, whoever carries them. */
  const isItsOwn = (key: Uint8Array): boolean => bytesEqual(key, verifier.verifierKey)

  return {
    async commitment() {
      try {
        stream = await ports.network.openStream(verifier.peerId, 'audit', signal)
        frames = stream.frames[Symbol.asyncIterator]()
        await send(audit)
        const message = await receive(COMMIT_TIMEOUT_MS, 'commitment')
        return message?.type === 'commit' && isItsOwn(message.commitment.verifierKey) ? message.commitment : null
      } catch {
        return null
      }
    },
    async reveal(commitments) {
      try {
        await send({ type: 'commitments', commitments })
        const message = await receive(REVEAL_TIMEOUT_MS, 'verdict')
        const isOwn = message?.type === 'reveal' && isItsOwn(message.reveal.attestation.verifierKey)
        return isOwn ? message.reveal : null
      } catch {
        return null
      }
    },
    close() {
      stream?.close().catch(() => {})
    },
  }
}
