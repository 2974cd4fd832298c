import { encodeFunctionData, type Hex, hashTypedData } from 'viem'
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { SessionKey } from '../../../src/participant/ports.ts'
import { chainDomain } from '../../../src/protocol/channel/chain-domain.ts'
import type { Address } from '../../../src/protocol/channel/chain-network.ts'
import {
  buildDelegation,
  DELEGATION_TYPES,
  type DelegationTerms,
  delegationMessage,
  possessionDigest,
  SCOPE_PAY,
  SCOPE_SERVE,
  signerOf,
} from '../../../src/protocol/channel/delegation.ts'
import { bytesToHex, hexToBytes } from '../../../src/protocol/hash.ts'
import { testTokenAbi } from '../../../src/wallet/abi/test-token.gen.ts'
import { CHAIN_TYPES } from '../../../src/wallet/abi/typed-data.gen.ts'
import { blockSeconds, type ChainWorld } from './chain-world.ts'

/** Above 2^53, and of many digits. */
export const AMOUNT = 123_456_789_012_345_678_901n

const PERMIT = ['owner:address', 'spender:address', 'value:uint256', 'nonce:uint256', 'deadline:uint256']

export async function personWithMoney(world: ChainWorld): Promise<PrivateKeyAccount> {
  const account = privateKeyToAccount(generatePrivateKey())
  await world.fund(account.address)
  return account
}

/** What a session key signs for Channels. */
export async function signedFor(
  world: ChainWorld,
  key: SessionKey,
  primaryType: 'ChannelOpen' | 'ChannelTopUp' | 'Voucher',
  message: Record<string, unknown>,
) {
  const types = { [primaryType]: CHAIN_TYPES[primaryType] }
  const domain = chainDomain(world.network, 'channels')
  const digest = hashTypedData({ domain, types, primaryType, message })
  const signature = await key.sign(hexToBytes(digest.slice(2)))
  const signer = signerOf(key.publicKey, world.network.contracts.p256Verifier)
  return { signer, signature: `0x${bytesToHex(signature)}` as const }
}

export async function termsFor(world: ChainWorld, wallet: Address, key: SessionKey): Promise<DelegationTerms> {
  return buildDelegation({
    network: world.network,
    wallet,
    publicKey: key.publicKey,
    scope: SCOPE_SERVE | SCOPE_PAY,
    cap: 10n * AMOUNT,
    nowSeconds: await blockSeconds(world),
    lifetimeSeconds: 30 * 86_400,
    origin: 'https://site.example',
  })
}

export async function possessionOf(world: ChainWorld, key: SessionKey, terms: DelegationTerms): Promise<Hex> {
  return `0x${bytesToHex(await key.sign(possessionDigest(world.network, terms)))}`
}

export async function delegated(
  world: ChainWorld,
  person: PrivateKeyAccount,
  key: SessionKey,
  change: Partial<DelegationTerms> = {},
) {
  const delegation = { ...(await termsFor(world, person.address, key)), ...change }
  const walletSignature = await person.signTypedData({
    domain: chainDomain(world.network, 'sessionRegistry'),
    types: DELEGATION_TYPES,
    primaryType: 'SessionDelegation',
    message: delegationMessage(delegation),
  })
  return {
    kind: 'delegate',
    delegation,
    walletSignature,
    possession: await possessionOf(world, key, delegation),
  } as const
}

export async function permitOf(world: ChainWorld, person: PrivateKeyAccount, spender: Address, amount: bigint) {
  const token = world.network.token.address
  const data = encodeFunctionData({ abi: testTokenAbi, functionName: 'nonces', args: [person.address] })
  const nonce = BigInt(await world.request<Hex>('eth_call', { to: token, data }, 'latest'))
  const deadline = BigInt(await blockSeconds(world)) + 600n
  const fields = PERMIT.map((one) => one.split(':')).map(([name = '', type = '']) => ({ name, type }))
  const signature = await person.signTypedData({
    domain: { name: 'Locus test token', version: '1', chainId: 31_337, verifyingContract: token },
    types: { Permit: fields },
    primaryType: 'Permit',
    message: { owner: person.address, spender, value: amount, nonce, deadline },
  })
  return { owner: person.address, amount, deadline, signature }
}
