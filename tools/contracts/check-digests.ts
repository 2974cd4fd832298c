/**
 * 100,000 random messages of every type: what TypeScript hashes is what Solidity hashes, and no two messages of any types share a digest.
 * `node tools/contracts/check-digests.ts [messages of each type]`.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeFunctionResult, encodeFunctionData, type Hex, parseAbi } from 'viem'
import { foundryBinary } from '../../services/chain/foundry-binary.ts'
import { type Anvil, startAnvil } from '../../services/chain/start-anvil.ts'
import { forgeEnvironment, ROOT } from './forge-environment.ts'
import { MESSAGE_TYPES, type MessageType, randomMessage } from './random-messages.ts'

const DEFAULT_COUNT = 100_000
/** What one call computes: about a megabyte of messages. */
const BATCH = 1_000

const ABI = parseAbi(['function digests(string primaryType, bytes[] bodies) view returns (bytes32[])'])
const HARNESS = 'contracts/test/harness/DigestHarness.sol'

const count = Number(process.argv[2] ?? DEFAULT_COUNT)
execFileSync(foundryBinary('forge'), ['build', HARNESS], { cwd: ROOT, env: forgeEnvironment('default'), stdio: 'pipe' })
const artifact = readFileSync(join(ROOT, '.cache/contracts/out/DigestHarness.sol/DigestHarness.json'), 'utf8')
const { bytecode } = JSON.parse(artifact) as { bytecode: { object: Hex } }

// A thousand messages in one call, and a contract that knows all types: more than a chain would take.
const chain = await startAnvil({ args: ['--disable-block-gas-limit', '--code-size-limit', '100000'] })
try {
  const harness = await deploy(chain, bytecode.object)
  const seen = new Set<string>()
  let different = 0
  for (const type of MESSAGE_TYPES) {
    different += await compare(chain, harness, type, seen)
    process.stdout.write(`${type.primaryType}: ${count} messages, ${different} different so far\n`)
  }
  const total = count * MESSAGE_TYPES.length
  process.stdout.write(
    `${total} messages of ${MESSAGE_TYPES.length} types, ${different} different digests, ${total - seen.size} shared\n`,
  )
  process.exitCode = different === 0 && seen.size === total ? 0 : 1
} finally {
  await chain.stop()
}

/** How many of the messages TypeScript and Solidity hash differently. */
async function compare(on: Anvil, to: Hex, type: MessageType, seen: Set<string>): Promise<number> {
  let found = 0
  for (let start = 0; start < count; start += BATCH) {
    const size = Math.min(BATCH, count - start)
    const contract = { chainId: on.chainId, verifyingContract: to }
    const messages = Array.from({ length: size }, (_, i) => randomMessage(type, start + i, contract))
    const bodies = messages.map(({ body }) => body)
    const data = encodeFunctionData({ abi: ABI, functionName: 'digests', args: [type.primaryType, bodies] })
    const answer = await on.request<Hex>('eth_call', [{ to, data, gas: '0xffffffffff' }, 'latest'])
    const digests = decodeFunctionResult({ abi: ABI, functionName: 'digests', data: answer })
    for (const [i, { digest }] of messages.entries()) {
      if (digests[i] !== digest) found++
      seen.add(digest)
    }
  }
  return found
}

/** Returns once it is mined: on a busy machine a receipt that is asked for right after sending may not be there yet. */
async function deploy({ request }: Anvil, code: Hex): Promise<Hex> {
  const [from] = await request<Hex[]>('eth_accounts')
  const call = { from, data: code, gas: '0x1c9c380' }
  const receipt = await request<{ contractAddress: Hex; status: Hex }>('eth_sendTransactionSync', [call])
  if (receipt.status !== '0x1') throw new Error('The deployment was reverted.')
  return receipt.contractAddress
}
