import { type Message, TopicValidatorResult } from '@libp2p/gossipsub'
import type { PeerId } from '@libp2p/interface'
import { ignore, type MessageVerdict } from '../protocol/wire/verdict.ts'

/** `source` is the peer that handed the message on; the publisher is who made it. */
export type JudgeMessage = (message: Uint8Array, publisher: string, source: string) => MessageVerdict

/** What gossipsub calls before it propagates a message. `onVerdict` hears every one of them. */
export function gossipValidator(judge: JudgeMessage, onVerdict?: (verdict: MessageVerdict, source: string) => void) {
  return (source: PeerId, message: Message): TopicValidatorResult => {
    // StrictSign has checked that the publisher signed; an unsigned message never comes this far.
    const verdict =
      message.type === 'signed'
        ? judge(message.data, message.from.toString(), source.toString())
        : ignore('gossip/unsigned')
    onVerdict?.(verdict, source.toString())
    return toValidatorResult(verdict)
  }
}

function toValidatorResult({ verdict }: MessageVerdict): TopicValidatorResult {
  switch (verdict) {
    case 'accept':
      return TopicValidatorResult.Accept
    case 'ignore':
      return TopicValidatorResult.Ignore
    case 'reject':
      return TopicValidatorResult.Reject
    default:
      return verdict satisfies never
  }
}
