import type { ChainNetwork } from '../protocol/channel/chain-network.ts'
import { chainError } from './chain-errors.ts'
import type { JsonRpc, RpcAnswer } from './json-rpc.ts'
import { chainIdQuery, type Query } from './rpc-query.ts'

export type Answers<queries extends readonly Query<unknown>[]> = {
  -readonly [index in keyof queries]: queries[index] extends Query<infer T> ? T : never
}

/** Errors: `chain/unreachable`, `chain/wrong-chain`. */
export interface ChainReader {
  /** Everything in one request. */
  ask<const queries extends readonly Query<unknown>[]>(
    queries: queries,
    signal?: AbortSignal,
  ): Promise<Answers<queries>>
}

/** Asks a node many things at once, and believes none of it before the node has said that it is of the right chain. */
export function createChainReader(rpc: JsonRpc, network: Pick<ChainNetwork, 'chainId'>): ChainReader {
  let isChainChecked = false

  return {
    async ask(queries, signal) {
      const which = chainIdQuery()
      // Decided once for each request: while this one waits, another may hear the answer to its own.
      const asksWhich = !isChainChecked
      const asked: readonly Query<unknown>[] = asksWhich ? [which, ...queries] : queries
      const answers = await rpc.batch(
        asked.map(({ call }) => call),
        signal,
      )
      if (asksWhich) {
        const chainId = valueOf(which, answers.shift())
        if (chainId !== network.chainId) {
          throw chainError('chain/wrong-chain', { details: { expected: network.chainId, found: String(chainId) } })
        }
        isChainChecked = true
      }
      return queries.map((query, i) => valueOf(query, answers[i])) as never
    },
  }
}

function valueOf<T>({ call, parse, onError }: Query<T>, answer: RpcAnswer | undefined): T {
  const details = { method: call.method }
  if (answer === undefined) throw chainError('chain/unreachable', { details })
  if (answer.state === 'error') {
    if (onError !== undefined) return onError(answer.error)
    throw chainError('chain/unreachable', { details: { ...details, reason: answer.error.message } })
  }
  try {
    return parse(answer.result)
  } catch (cause) {
    throw chainError('chain/unreachable', { cause, details })
  }
}
