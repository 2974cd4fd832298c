import type { Page } from 'playwright-core'
import {
  encodeAbiParameters,
  encodeFunctionData,
  type Hex,
  keccak256,
  type Log,
  parseAbiParameters,
  parseEventLogs,
  toHex,
} from 'viem'
import type { RunningChain } from '../../services/chain/start-chain.ts'
import type { HexBytes } from '../../src/protocol/channel/chain-network.ts'
import { signerOf } from '../../src/protocol/channel/delegation.ts'
import { taggedHash } from '../../src/protocol/hash.ts'
import { toLowS } from '../../src/protocol/receipt/signature.ts'
import { hex, segmentDigest } from '../../src/protocol/receipt/typed-data.ts'
import { disputesAbi } from '../../src/wallet/abi/disputes.gen.ts'
import { stakeAbi } from '../../src/wallet/abi/stake.gen.ts'

/** `IDisputes.Kind` of a segment. */
const SEGMENT = 0
const SALT: Hex = `0x${'5a'.repeat(32)}`

interface Statement {
  kind: number
  body: Hex
  signature: Hex
}

/** TwoFacedPage: whoever owns a page can make it sign anything. This one signs two different first segments of one job. */
export async function contradict(page: Page): Promise<{ publicKey: Uint8Array; statements: [Statement, Statement] }> {
  const jobId = taggedHash('contradicted-job')
  const hashes = ['one', 'other'].map((name) => taggedHash(name))
  const digests = hashes.map((runningHash) => [...segmentDigest(jobId, 0, runningHash)])
  const signed = await page.evaluate(signWithOwnKey, digests)
  const [one, other] = hashes.map((runningHash, i): Statement => {
    const signature = toLowS(Uint8Array.from(signed.signatures[i] ?? []))
    const types = parseAbiParameters('(bytes32 jobId,uint32 index,bytes32 runningHash)')
    const body = encodeAbiParameters(types, [{ jobId: hex(jobId), index: 0, runningHash: hex(runningHash) }])
    return { kind: SEGMENT, body, signature: hex(signature) }
  })
  if (one === undefined || other === undefined) throw new Error('two statements were asked for')
  return { publicKey: Uint8Array.from(signed.publicKey), statements: [one, other] }
}

/** Runs in the page, and sees nothing else of this file. */
async function signWithOwnKey(digests: number[][]): Promise<{ publicKey: number[]; signatures: number[][] }> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open('locus-session-key')
    opening.addEventListener('success', () => resolve(opening.result))
    opening.addEventListener('error', () => reject(new Error('the key cannot be read')))
  })
  const pair = await new Promise<{ privateKey: CryptoKey; publicKey: Uint8Array }>((resolve) => {
    const reading = database.transaction('keys').objectStore('keys').get('current')
    reading.addEventListener('success', () =>
      resolve(reading.result as { privateKey: CryptoKey; publicKey: Uint8Array }),
    )
  })
  database.close()
  const signatures: number[][] = []
  for (const digest of digests) {
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
    signatures.push([...new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, new Uint8Array(digest)))])
  }
  return { publicKey: [...pair.publicKey], signatures }
}

/** Anybody with an account: announces what was signed twice, and proves it a block later. Returns the name of the slash that waits. */
export async function reportEquivocation(
  chain: RunningChain,
  publicKey: Uint8Array,
  [one, other]: [Statement, Statement],
): Promise<HexBytes> {
  const reporter = await accountOf(chain)
  const signer = signerOf(publicKey, chain.network.contracts.p256Verifier)
  const statement = '(uint8 kind,bytes body,bytes signature)'
  const proof = keccak256(
    encodeAbiParameters(parseAbiParameters(`bytes, ${statement}, ${statement}`), [signer, one, other]),
  )
  const commitment = keccak256(
    encodeAbiParameters(parseAbiParameters('address, bytes32, bytes32'), [reporter, proof, SALT]),
  )
  const { disputes } = chain.network.contracts
  await send(chain, disputes, encodeFunctionData({ abi: disputesAbi, functionName: 'announce', args: [commitment] }))
  const args = [signer, one, other, SALT] as const
  const call = encodeFunctionData({ abi: disputesAbi, functionName: 'proveEquivocation', args })
  const logs = await send(chain, disputes, call)
  const [proved] = parseEventLogs({ abi: disputesAbi, eventName: 'OffenceProved', logs })
  if (proved === undefined) throw new Error('nothing was proved')
  return proved.args.id
}

/** Anybody again, once the delay is over. */
export async function carryOutSlash(chain: RunningChain, id: HexBytes): Promise<void> {
  await chain.request('evm_increaseTime', [30 * 24 * 60 * 60])
  const { stake } = chain.network.contracts
  await send(chain, stake, encodeFunctionData({ abi: stakeAbi, functionName: 'carryOut', args: [id] }))
}

/** The node's own, which has money. */
async function accountOf(chain: RunningChain): Promise<HexBytes> {
  const [account] = await chain.request<HexBytes[]>('eth_accounts')
  if (account === undefined) throw new Error('the chain has no account')
  return account
}

async function send(chain: RunningChain, to: HexBytes, data: Hex): Promise<Log[]> {
  const from = await accountOf(chain)
  const hash = await chain.request<Hex>('eth_sendTransaction', [{ from, to, data, gas: toHex(5_000_000) }])
  await chain.request('anvil_mine', ['0x1'])
  const receipt = await chain.request<{ status: Hex; logs: Log[] } | null>('eth_getTransactionReceipt', [hash])
  if (receipt?.status !== '0x1') throw new Error('the transaction was reverted')
  return receipt.logs
}
