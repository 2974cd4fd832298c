import * as v from 'valibot'
import {
  type Abi,
  type ContractFunctionArgs,
  type ContractFunctionName,
  type ContractFunctionReturnType,
  decodeFunctionResult,
  encodeFunctionData,
} from 'viem'
import type { Address, HexBytes } from '../protocol/channel/chain-network.ts'
import type { RpcCall, RpcFailure } from './json-rpc.ts'
import {
  type Block,
  BlockSchema,
  type ChainLog,
  Count,
  Data,
  LogsSchema,
  Quantity,
  ReceiptSchema,
  type TransactionReceipt,
} from './rpc-values.ts'

/** A block by name or number. */
export type BlockTag = 'latest' | 'safe' | 'finalized' | 'pending' | number

/** One question to a node, with what makes a value of its answer. */
export interface Query<T> {
  call: RpcCall
  /** Throws on what is no such answer. */
  parse: (result: unknown) => T
  /** Instead of failing; without it an error of the node is `chain/unreachable`. */
  onError?: (error: RpcFailure) => T
}

/** A contract's view function. `absent` is the answer where there is no such contract (yet): a block before it was deployed. */
export function contractQuery<
  const abi extends Abi,
  name extends ContractFunctionName<abi, 'pure' | 'view'>,
  const args extends ContractFunctionArgs<abi, 'pure' | 'view', name>,
>(
  to: Address,
  abi: abi,
  functionName: name,
  args: args,
  tag: BlockTag = 'latest',
): Query<ContractFunctionReturnType<abi, 'pure' | 'view', name, args>> {
  // viem's generics do not survive being passed on; the signature above is what callers see.
  const data = encodeFunctionData({ abi, functionName, args } as never)
  return {
    call: { method: 'eth_call', params: [{ to, data }, tagOf(tag)] },
    parse: (result) => decodeFunctionResult({ abi, functionName, args, data: v.parse(Data, result) } as never) as never,
  }
}

/** The same query, null where the contract does not know the function: some are not there, some revert, some answer anything. */
export function orNull<T>(query: Query<T>): Query<T | null> {
  return {
    call: query.call,
    parse(result) {
      try {
        return query.parse(result)
      } catch {
        return null
      }
    },
    onError: () => null,
  }
}

/** Null: the chain has no such block, or does not know the name. */
export function blockQuery(tag: BlockTag): Query<Block | null> {
  return {
    call: { method: 'eth_getBlockByNumber', params: [tagOf(tag), false] },
    parse: (result) => (result === null ? null : v.parse(BlockSchema, result)),
    onError: () => null,
  }
}

export function receiptQuery(transaction: HexBytes): Query<TransactionReceipt | null> {
  return {
    call: { method: 'eth_getTransactionReceipt', params: [transaction] },
    parse(result) {
      const receipt = v.parse(v.nullable(ReceiptSchema), result)
      if (receipt !== null && receipt.transactionHash.toLowerCase() !== transaction.toLowerCase()) {
        throw new Error('the receipt of another transaction')
      }
      return receipt
    },
  }
}

export function balanceQuery(wallet: Address): Query<bigint> {
  return {
    call: { method: 'eth_getBalance', params: [wallet, 'latest'] },
    parse: (result) => v.parse(Quantity, result),
  }
}

export function codeQuery(address: Address): Query<HexBytes> {
  return { call: { method: 'eth_getCode', params: [address, 'latest'] }, parse: (result) => v.parse(Data, result) }
}

export function gasPriceQuery(): Query<bigint> {
  return { call: { method: 'eth_gasPrice', params: [] }, parse: (result) => v.parse(Quantity, result) }
}

export function chainIdQuery(): Query<number> {
  return { call: { method: 'eth_chainId', params: [] }, parse: (result) => v.parse(Count, result) }
}

export interface LogFilter {
  addresses: readonly Address[]
  /** Null matches anything, a list any of its members. */
  topics: readonly (HexBytes | readonly HexBytes[] | null)[]
}

/** Events from a block to another, both included. Those that the filter does not ask for are a lie, and throw. */
export function logsQuery(filter: LogFilter, from: number, to: number): Query<ChainLog[]> {
  const { addresses, topics } = filter
  return {
    call: {
      method: 'eth_getLogs',
      params: [{ address: addresses, topics, fromBlock: tagOf(from), toBlock: tagOf(to) }],
    },
    parse(result) {
      const logs = v.parse(LogsSchema, result)
      const isAsked = logs.every((log) => isOf(log, filter) && log.blockNumber >= from && log.blockNumber <= to)
      if (!isAsked) throw new Error('events that nobody asked for')
      return logs
    },
  }
}

function isOf(log: ChainLog, { addresses, topics }: LogFilter): boolean {
  const isOurs = addresses.some((address) => address.toLowerCase() === log.address.toLowerCase())
  return isOurs && topics.every((wanted, i) => wanted === null || isAmong(log.topics[i], wanted))
}

function isAmong(topic: HexBytes | undefined, wanted: HexBytes | readonly HexBytes[]): boolean {
  const all = typeof wanted === 'string' ? [wanted] : wanted
  return all.some((one) => one.toLowerCase() === topic?.toLowerCase())
}

function tagOf(tag: BlockTag): string {
  return typeof tag === 'number' ? `0x${tag.toString(16)}` : tag
}
