import { CodedError } from '../protocol/errors.ts'
import {
  decodeSeekerMessage,
  encodeEvidenceMessage,
  evidenceParts,
  type HolderMessage,
} from '../protocol/wire/evidence-messages.ts'
import { ACCEPT, ignore, type MessageVerdict, reject } from '../protocol/wire/verdict.ts'
import { withDeadline } from './deadline.ts'
import { evidenceError } from './evidence-errors.ts'
import type { EvidenceShelf } from './evidence-shelf.ts'
import type { Clock, PeerStream } from './ports.ts'

/** A seeker knows what it wants before it opens a stream, and says goodbye at once when it has it. */
const SEEKER_TIMEOUT_MS = 10_000

/** 4 MiB at 1 Mbit/s take 34 s. Who reads slower holds a place that others wait for. */
const SERVE_TIMEOUT_MS = 60_000

export interface ServeEvidencePorts {
  shelf: Pick<EvidenceShelf, 'get'>
  clock: Pick<Clock, 'after'>
}

/**
 * The holder's side of one evidence stream (protocol.md §6.4): one wish, answered from the shelf. Never rejects: the verdict says what
 * became of it, and the stream is closed or aborted when it resolves.
 */
export async function serveEvidence({ shelf, clock }: ServeEvidencePorts, stream: PeerStream): Promise<MessageVerdict> {
  const frames = stream.frames[Symbol.asyncIterator]()
  const send = (message: HolderMessage): Promise<void> => stream.send(encodeEvidenceMessage(message))
  const stopDeadline = clock.after(SERVE_TIMEOUT_MS, () => stream.abort(evidenceError('evidence/too-slow')))
  try {
    const first = await withDeadline(clock, SEEKER_TIMEOUT_MS, 'wish', frames.next())
    // IGNORE who closes without a wish.
    if (first.done === true) return await end(stream, ignore('evidence/no-wish'))
    const wish = decodeSeekerMessage(first.value)
    // REJECT what is oversized, not canonical CBOR, or not of the schema.
    if (!wish.ok) return cut(stream, reject('evidence/bad-message'))
    const bytes = shelf.get(wish.value.hash)
    // IGNORE a wish for what is not on the shelf: it may have expired.
    if (bytes === null) {
      await send({ type: 'missing' })
      return await end(stream, ignore('evidence/missing'))
    }
    await send({ type: 'have', bytes: bytes.length })
    for (const part of evidenceParts(bytes)) await send(part)
    // The seeker closes once it has all; closing first could cut off what is still on its way.
    const after = await withDeadline(clock, SEEKER_TIMEOUT_MS, 'goodbye', frames.next())
    // REJECT a second wish on one stream: each would be another download for one place.
    return after.done === true ? await end(stream, ACCEPT) : cut(stream, reject('evidence/bad-message'))
  } catch (error) {
    // IGNORE who vanished, fell silent or read too slowly: it has its evidence, or asks again.
    return cut(stream, ignore(CodedError.dataOf(error, 'network/closed').code))
  } finally {
    stopDeadline()
  }
}

async function end(stream: PeerStream, verdict: MessageVerdict): Promise<MessageVerdict> {
  await stream.close()
  return verdict
}

function cut(stream: PeerStream, verdict: MessageVerdict): MessageVerdict {
  stream.abort(evidenceError('evidence/bad-message'))
  return verdict
}
