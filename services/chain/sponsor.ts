import * as v from 'valibot'
import { AddressSchema, type ChainNetwork } from '../../src/protocol/channel/chain-network.ts'
import { CodedError } from '../../src/protocol/errors.ts'
import type { JsonRpc } from '../../src/wallet/json-rpc.ts'
import { revertDataOf, revertError } from '../../src/wallet/revert-reason.ts'
import { Data } from '../../src/wallet/rpc-values.ts'
import { simulateCall } from '../../src/wallet/simulate-call.ts'
import type { CallerLimit } from './caller-limit.ts'
import { type Door, type DoorAnswer, done, readRequest, refusal } from './door.ts'
import { whyNotSponsored } from './sponsored-call.ts'
import { NodeRefusal, type TransactionSender } from './transaction-sender.ts'

/** A hundred settlements in hex. */
const MAX_REQUEST_BYTES = 64 * 1024

const RequestSchema = v.strictObject({ to: AddressSchema, data: Data })

export interface SponsorOptions {
  network: ChainNetwork
  rpc: JsonRpc
  sender: TransactionSender
  limit: CallerLimit
}

/** Hands in, at its own cost, what anybody may hand in, so that a wallet without coins can begin. It answers once the node has it. */
export function createSponsor({ network, rpc, sender, limit }: SponsorOptions): Door {
  return {
    maxRequestBytes: MAX_REQUEST_BYTES,
    async answer(request) {
      const reading = readRequest(request)
      if ('refused' in reading) return reading.refused
      const call = v.safeParse(RequestSchema, reading.json)
      if (!call.success) return refusal(400, 'sponsor/malformed', 'Say {to, data}: an address, and bytes in hex.')
      const objection = whyNotSponsored(network, sender.address, call.output)
      if (objection !== null) return refusal(403, 'sponsor/not-sponsored', objection)
      if (!limit(request.caller)) return refusal(429, 'sponsor/too-many', 'That was too much at once. Wait a minute.')
      try {
        const reverted = await simulateCall(rpc, call.output, sender.address)
        if (reverted !== null) return revertedAs(reverted)
        return done({ transaction: await sender.send(call.output) })
      } catch (error) {
        return failureOf(error)
      }
    },
  }
}

export function failureOf(error: unknown): DoorAnswer {
  const reverted = error instanceof NodeRefusal ? revertDataOf(error) : null
  if (reverted !== null) return revertedAs(reverted)
  if (error instanceof NodeRefusal) return refusal(502, 'sponsor/refused', error.message.slice(0, 200))
  const isKnown = CodedError.is(error, 'chain/unreachable')
  return refusal(502, 'sponsor/unreachable', isKnown ? 'The node does not answer.' : 'The node answers nonsense.')
}

/** The name of the contract's own error, which is what a person or a page can look up. */
function revertedAs(data: `0x${string}`): DoorAnswer {
  const { reason } = revertError(data).details ?? {}
  return refusal(422, 'sponsor/reverted', String(reason))
}
