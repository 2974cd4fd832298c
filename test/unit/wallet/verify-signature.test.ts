import {
  concatHex,
  type Hex,
  hashTypedData,
  keccak256,
  pad,
  serializeErc6492Signature,
  type TypedDataDefinition,
  toHex,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Address } from '../../../src/protocol/channel/chain-network.ts'
import { createChainReader } from '../../../src/wallet/chain-reader.ts'
import { createJsonRpc } from '../../../src/wallet/json-rpc.ts'
import { normalSignature } from '../../../src/wallet/normal-signature.ts'
import { permitTerms } from '../../../src/wallet/permit-terms.ts'
import { createVerifier } from '../../../src/wallet/verify-signature.ts'
import { createQuickClock } from '../../doubles/quick-clock.ts'
import { type ChainWorld, startChainWorld } from './chain-world.ts'

/** Contracts that say yes (ERC-1271's word for it), and no, to every signature. */
const SAYS_YES: Hex = '0x631626ba7e60e01b60005260206000f3'
const SAYS_NO: Hex = '0x60206000f3'
/** Anvil has it where every chain has it: https://github.com/Arachnid/deterministic-deployment-proxy. */
const DEPLOYER: Address = '0x4e59b44847b379578588920ca78fbf26c0b4956c'
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

const asked: TypedDataDefinition = {
  domain: { name: 'Locus', version: '1' },
  types: { Note: [{ name: 'text', type: 'string' }] },
  primaryType: 'Note',
  message: { text: 'yes' },
}
const person = privateKeyToAccount(generatePrivateKey())
const OPAQUE: Hex = `0x${'51'.repeat(700)}`

let world: ChainWorld

beforeAll(async () => {
  world = await startChainWorld()
})
afterAll(() => world.stop())

function verifier() {
  const rpc = createJsonRpc({ url: world.rpcUrl, clock: createQuickClock() })
  const reader = createChainReader(rpc, world.network)
  return { reader, ...createVerifier(reader, rpc) }
}

/** Code that leaves `runtime` behind when it is deployed. */
function initCode(runtime: Hex): Hex {
  const size = toHex((runtime.length - 2) / 2, { size: 1 })
  return concatHex(['0x60', size, '0x600c60003960', size, '0x6000f3', runtime])
}

test('an account’s own key is recovered, in every form that wallets give its signature', async () => {
  const signature = await person.signTypedData(asked)
  const [r, s, v] = [signature.slice(2, 66), BigInt(`0x${signature.slice(66, 130)}`), signature.slice(130)]
  const isOdd = v === '1c'
  const high = pad(toHex(ORDER - s), { size: 32 }).slice(2)
  const compact = pad(toHex(s | (isOdd ? 1n << 255n : 0n)), { size: 32 }).slice(2)
  const forms: Hex[] = [
    signature,
    `0x${signature.slice(2, 130)}${isOdd ? '01' : '00'}`,
    `0x${r}${high}${isOdd ? '1b' : '1c'}`,
    `0x${r}${compact}`,
  ]
  for (const form of forms) {
    expect(await verifier().verified(person.address, asked, form)).toBe(signature)
    expect(await verifier().verifiedByKey(person.address, asked, form)).toBe(signature)
    expect(normalSignature(form)).toBe(signature)
  }
})

test('a smart wallet on the chain is asked, and believed as far as it says yes', async () => {
  const [yes, no] = [await world.deploy(initCode(SAYS_YES)), await world.deploy(initCode(SAYS_NO))]
  expect(await verifier().verified(yes, asked, OPAQUE)).toBe(OPAQUE)
  await expect(verifier().verified(no, asked, OPAQUE)).rejects.toMatchObject({ code: 'wallet/bad-signature' })
  await expect(verifier().verifiedByKey(yes, asked, OPAQUE)).rejects.toMatchObject({ code: 'wallet/bad-signature' })
  const notItsOwn = await person.signTypedData(asked)
  expect(await verifier().verified(yes, asked, notItsOwn)).toBe(notItsOwn)
})

test('a smart wallet that is not there yet is told to be, and one that is there signs without its wrapping', async () => {
  const code = initCode(SAYS_YES)
  const salt = pad('0x07', { size: 32 })
  const account: Address = `0x${keccak256(concatHex(['0xff', DEPLOYER, salt, keccak256(code)])).slice(26)}`
  const data = concatHex([salt, code])
  const wrapped = serializeErc6492Signature({ address: DEPLOYER, data, signature: OPAQUE })
  await expect(verifier().verified(account, asked, wrapped)).rejects.toMatchObject({
    code: 'wallet/bad-signature',
    nextStep: 'Make any transaction with it on this chain, which puts it there; then sign again.',
  })
  await world.send(world.prover, DEPLOYER, data)
  expect(await verifier().verified(account, asked, wrapped)).toBe(OPAQUE)
})

test.each([
  ['nobody', OPAQUE],
  ['nothing', undefined],
  ['an odd number of digits', '0x123'],
  ['forty kilobytes', `0x${'11'.repeat(40_000)}`],
  ['a wrapping around nothing', `0x${'6492'.repeat(16)}`],
])('%s signs for an account without code', async (_, signature) => {
  await expect(verifier().verified(person.address, asked, signature)).rejects.toMatchObject({
    code: 'wallet/bad-signature',
  })
})

test('a node that does not answer is not a wrong signature', async () => {
  const rpc = createJsonRpc({
    url: world.rpcUrl,
    clock: createQuickClock(),
    fetch: () => Promise.reject(new Error('off')),
  })
  const offline = createVerifier(createChainReader(rpc, world.network), rpc)
  await expect(offline.verified(person.address, asked, OPAQUE)).rejects.toMatchObject({ code: 'chain/unreachable' })
})

test('a contract wallet is not asked for a permit that could not work', async () => {
  const owner = await world.deploy(initCode(SAYS_YES))
  const terms = permitTerms(verifier().reader, world.network, owner, world.network.contracts.stake, 5n, 0)
  await expect(terms).rejects.toMatchObject({
    code: 'wallet/failed',
    message: 'This account is a contract, and this token takes permits only from accounts with a key of their own.',
  })
})

test('an account that delegates to code by EIP-7702 keeps its key, and may permit', async () => {
  await world.request('anvil_setCode', person.address, `0xef0100${world.prover.slice(2)}`)
  const terms = await permitTerms(verifier().reader, world.network, person.address, world.prover, 2n ** 128n - 1n, 0)
  expect(terms.asked.message).toMatchObject({ value: 2n ** 128n - 1n, nonce: 0n })
  expect(hashTypedData(terms.asked)).toMatch(/^0x/)
})

test('a token without permits is not asked for one', async () => {
  const token = { ...world.network.token, address: await world.deploy(initCode(SAYS_NO)) }
  const terms = permitTerms(verifier().reader, { ...world.network, token }, world.prover, world.prover, 5n, 0)
  await expect(terms).rejects.toMatchObject({ code: 'wallet/failed' })
})
