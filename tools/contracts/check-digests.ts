/**
 * 100,000 random messages of every type: what TypeScript hashes is what Solidity hashes, and no two messages of any types share a digest.
 * `node tools/contracts/check-digests.ts [messages of each type]`.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeFunctionResult, encodeFunctionData, type Hex, parseAbi } from 'viem'
import { forgeEnvironment, ROOT } from './forge-environment.ts'
import { foundryBinary } from './foundry-binary.ts'
import { MESSAGE_TYPES, type MessageType, randomMessage } from './random-messages.ts'
import { deploy, type LocalChain, startAnvil } from './start-anvil.ts'

const DEFAULT_COUNT = 100_000
/** What one call computes: about a megabyte of messages. */
const BATCH = 1_000

const ABI = parseAbi(['function digests(string primaryType, bytes[] bodies) view returns (bytes32[])'])
const HARNESS = 'contracts/test/harness/DigestHarness.sol'

const count = Number(process.argv[2] ?? DEFAULT_COUNT)
execFileSync(foundryBinary('forge'), ['build', HARNESS], { cwd: ROOT, env: forgeEnvironment('default'), stdio: 'pipe' })
const artifact = readFileSync(join(ROOT, '.cache/contracts/out/DigestHarness.sol/DigestHarness.json'), 'utf8')
const { bytecode } = JSON.parse(artifact) as { bytecode: { object: Hex } }

const chain = await startAnvil()
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
  chain.stop()
}

/** How many of the messages TypeScript and Solidity hash differently. */
async function compare(on: LocalChain, to: Hex, type: MessageType, seen: Set<string>): Promise<number> {
  let found = 0
  for (let start = 0; start < count; start += BATCH) {
    const size = Math.min(BATCH, count - start)
    const contract = { chainId: on.chainId, verifyingContract: to }
    const messages = Array.from({ length: size }, (_, i) => randomMessage(type, start + i, contract))
    const bodies = messages.map(({ body }) => body)
    const data = encodeFunctionData({ abi: ABI, functionName: 'digests', args: [type.primaryType, bodies] })
    const answer = (await on.request('eth_call', [{ to, data, gas: '0xffffffffff' }, 'latest'])) as Hex
    const digests = decodeFunctionResult({ abi: ABI, functionName: 'digests', data: answer })
    for (const [i, { digest }] of messages.entries()) {
      if (digests[i] !== digest) found++
      seen.add(digest)
    }
  }
  return found
}
