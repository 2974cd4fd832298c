import { type Abi, decodeErrorResult, type Hex } from 'viem'
import type { CodedError } from '../protocol/errors.ts'
import { channelsAbi } from './abi/channels.gen.ts'
import { receiptsAbi } from './abi/receipts.gen.ts'
import { sessionRegistryAbi } from './abi/session-registry.gen.ts'
import { stakeAbi } from './abi/stake.gen.ts'
import { chainError } from './chain-errors.ts'
import { REVERT_TEXTS } from './revert-texts.ts'
import { tokenAbi } from './token-abi.ts'

const CONTRACTS: Abi[] = [stakeAbi, channelsAbi, receiptsAbi, sessionRegistryAbi, tokenAbi]
const ERRORS: Abi = CONTRACTS.flat().filter(({ type }) => type === 'error')

/** Errors with an argument have 36 bytes, those of tokens 100; longer reasons are nobody's of ours. */
const MAX_REVERT_CHARACTERS = 2_048

/** How deep nodes and wallets hide what a contract said. */
const MAX_DEPTH = 6

/** The bytes that a contract reverted with; null where nothing says that one did. `0x`: it said nothing. */
export function revertDataOf(error: unknown): Hex | null {
  let [one, isRevert] = [error, false]
  for (let depth = 0; depth < MAX_DEPTH && typeof one === 'object' && one !== null; depth += 1) {
    const { code, message, data, cause, error: inner } = one as Record<string, unknown>
    if (typeof data === 'string' && /^0x([0-9a-fA-F]{2})+$/.test(data) && data.length <= MAX_REVERT_CHARACTERS) {
      return data as Hex
    }
    // 3 is Ethereum's code for a revert; some say it in words only.
    isRevert ||= code === 3 || (typeof message === 'string' && /revert/i.test(message))
    one = [data, inner, cause].find((next) => typeof next === 'object' && next !== null)
  }
  return isRevert ? '0x' : null
}

/** What a contract said, as a sentence and a next step. */
export function revertError(data: Hex, cause?: unknown): CodedError {
  const name = nameOf(data)
  const text = name === null ? undefined : REVERT_TEXTS[name]
  return chainError('chain/reverted', {
    details: { reason: name ?? data.slice(0, 10) },
    ...(text === undefined ? {} : { text }),
    ...(cause === undefined ? {} : { cause }),
  })
}

function nameOf(data: Hex): string | null {
  try {
    return decodeErrorResult({ abi: ERRORS, data }).errorName
  } catch {
    return null
  }
}
