import { MAX_BUNDLE_BYTES } from '../protocol/limits.ts'
import {
  decodeHolderMessage,
  encodeEvidenceMessage,
  type HolderMessage,
  isEvidenceOf,
  isNextPart,
} from '../protocol/wire/evidence-messages.ts'
import { evidenceError } from './evidence-errors.ts'
import type { Clock, Network, PeerStream } from './ports.ts'

/** Longest wait for one message: a part of 256 KiB takes 2 s at 1 Mbit/s. */
const MESSAGE_TIMEOUT_MS = 10_000

/** Longest wait for all of it: 4 MiB at 1 Mbit/s take 34 s. */
const FETCH_TIMEOUT_MS = 60_000

export interface FetchEvidencePorts {
  network: Pick<Network, 'openStream'>
  clock: Pick<Clock, 'after'>
}

/**
 * The evidence that `hash` names, from a peer that offers it (protocol.md §6.4). What comes back is as long as a bundle may be and hashes to
 * `hash`; it has not been read as anything yet, and its meaning is still remote. Errors: `evidence/*`, and `network/*` where the peer
 * could not be reached or was lost.
 */
export async function fetchEvidence(
  { network, clock }: FetchEvidencePorts,
  peerId: string,
  hash: Uint8Array,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const stream = await network.openStream(peerId, 'evidence', signal)
  const giveUp = (): void => stream.abort(signal?.reason instanceof Error ? signal.reason : new Error('stopped'))
  signal?.addEventListener('abort', giveUp, { once: true })
  // An aborted stream gives its reader the reason, so one deadline covers every wait below.
  const stopDeadline = clock.after(FETCH_TIMEOUT_MS, () => stream.abort(evidenceError('evidence/too-slow')))
  try {
    signal?.throwIfAborted()
    await stream.send(encodeEvidenceMessage({ type: 'want', hash }))
    const bytes = await receive(stream, clock)
    if (!isEvidenceOf(hash, bytes)) throw evidenceError('evidence/wrong-bytes', { bytes: bytes.length })
    // The goodbye frees the holder's place; that it may not arrive any more takes nothing from what we have.
    await stream.close()
    return bytes
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error))
    stream.abort(reason)
    signal?.throwIfAborted()
    throw reason
  } finally {
    stopDeadline()
    signal?.removeEventListener('abort', giveUp)
  }
}

async function receive(stream: PeerStream, clock: Pick<Clock, 'after'>): Promise<Uint8Array> {
  const frames = stream.frames[Symbol.asyncIterator]()
  const next = async (): Promise<HolderMessage> => {
    const stopTimer = clock.after(MESSAGE_TIMEOUT_MS, () => stream.abort(evidenceError('evidence/too-slow')))
    const frame = await frames.next().finally(stopTimer)
    const decoded = frame.done === true ? null : decodeHolderMessage(frame.value)
    if (decoded?.ok !== true) throw evidenceError('evidence/bad-message')
    return decoded.value
  }

  const answer = await next()
  if (answer.type === 'missing') throw evidenceError('evidence/missing')
  if (answer.type === 'part') throw evidenceError('evidence/bad-message')
  const total = answer.bytes
  if (total > MAX_BUNDLE_BYTES) throw evidenceError('evidence/too-large', { bytes: total, maxBytes: MAX_BUNDLE_BYTES })
  const whole = new Uint8Array(total)
  for (let filled = 0; filled < total; ) {
    const part = await next()
    if (part.type !== 'part' || !isNextPart(part, filled, total)) throw evidenceError('evidence/bad-message')
    whole.set(part.bytes, filled)
    filled += part.bytes.length
  }
  return whole
}
