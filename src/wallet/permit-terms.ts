import { domainSeparator, type TypedDataDefinition } from 'viem'
import type { Address, ChainNetwork } from '../protocol/channel/chain-network.ts'
import { chainError, walletError } from './chain-errors.ts'
import type { ChainReader } from './chain-reader.ts'
import { plainAddress } from './plain-address.ts'
import { blockQuery, codeQuery, contractQuery, orNull } from './rpc-query.ts'
import { tokenAbi } from './token-abi.ts'

/** Handed in at once; the rest is for a sponsor that is slow, and a clock that is not the chain's. */
const PERMIT_SECONDS = 30 * 60

/** An account that delegates to code by EIP-7702 still has its own key. */
const DELEGATED_CODE = /^0xef0100[0-9a-f]{40}$/i

/** ERC-2612. */
const PERMIT_TYPES = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const

export interface PermitTerms {
  asked: TypedDataDefinition
  deadline: bigint
}

/**
 * What the owner would sign so that `spender` may take exactly `amount`. Errors: `wallet/failed` where no permit of this account or token can work,
 * before anybody is asked; `chain/*`.
 */
export async function permitTerms(
  reader: ChainReader,
  network: ChainNetwork,
  owner: Address,
  spender: Address,
  amount: bigint,
  nowSeconds: number,
): Promise<PermitTerms> {
  const token = network.token.address
  const [code, latest, nonce, separator, described, name, version] = await reader.ask([
    codeQuery(owner),
    blockQuery('latest'),
    orNull(contractQuery(token, tokenAbi, 'nonces', [plainAddress(owner)])),
    orNull(contractQuery(token, tokenAbi, 'DOMAIN_SEPARATOR', [])),
    orNull(contractQuery(token, tokenAbi, 'eip712Domain', [])),
    orNull(contractQuery(token, tokenAbi, 'name', [])),
    orNull(contractQuery(token, tokenAbi, 'version', [])),
  ])
  if (latest === null) throw chainError('chain/unreachable', { details: { reason: 'no newest block' } })
  if (code !== '0x' && !DELEGATED_CODE.test(code)) throw walletError('wallet/failed', { text: CONTRACT_WALLET })

  const domain = [
    { name: described?.[1], version: described?.[2] },
    { name: name ?? undefined, version: version ?? '1' },
  ]
    .map((one) => ({ ...one, chainId: network.chainId, verifyingContract: plainAddress(token) }))
    .find((one) => one.name !== undefined && domainSeparator({ domain: one }) === separator)
  if (nonce === null || domain === undefined) throw walletError('wallet/failed', { text: NO_PERMIT })

  const deadline = BigInt(Math.max(Math.floor(nowSeconds), latest.timestamp) + PERMIT_SECONDS)
  const message = { owner: plainAddress(owner), spender: plainAddress(spender), value: amount, nonce, deadline }
  return { asked: { domain, types: PERMIT_TYPES, primaryType: 'Permit', message }, deadline }
}

const CONTRACT_WALLET = {
  message: 'This account is a contract, and this token takes permits only from accounts with a key of their own.',
  nextStep: 'Send the transaction with the wallet instead: it approves exactly this amount and nothing more.',
}

const NO_PERMIT = {
  message: 'This token takes no permits, or not in a form that this page can check.',
  nextStep: 'Send the transaction with the wallet instead: it approves exactly this amount and nothing more.',
}
