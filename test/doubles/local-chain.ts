import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerRequest } from '../../services/chain/answer-request.ts'
import { type ChainDoors, openDoors } from '../../services/chain/open-doors.ts'
import { type RunningChain, startChain } from '../../services/chain/start-chain.ts'
import type { HexBytes } from '../../src/protocol/channel/chain-network.ts'
import { QUICKNET } from '../../src/protocol/selection/quicknet.ts'

/** Each takes the node a millisecond. */
const MAX_LOOKS = 10_000

/** A real chain with every contract, whose blocks come when a transaction does, and otherwise when a test asks for them. */
export interface LocalChain extends RunningChain {
  mine(blocks?: number): Promise<void>
  /** Once it is in a block: that block is made right after the node has taken the transaction, not before. */
  mined(transaction: HexBytes): Promise<{ status: '0x0' | '0x1'; blockNumber: HexBytes }>
  /** Puts as many empty blocks in place of the newest ones: what was in those is gone, and nobody sends it again. */
  reorg(depth: number): Promise<void>
  /** And mines a block that has the new time. */
  increaseTime(seconds: number): Promise<void>
  /** Unix seconds of the newest block, which delegations and permits are judged by. */
  blockSeconds(): Promise<number>
}

export async function startLocalChain(): Promise<LocalChain> {
  const chain = await startChain({ beacon: QUICKNET, blocks: 'at-once' })
  const { request } = chain
  const mine = async (blocks = 1): Promise<void> => void (await request('anvil_mine', [`0x${blocks.toString(16)}`]))
  return {
    ...chain,
    mine,
    mined: (transaction) => receiptOf(request, transaction),
    reorg: async (depth) => void (await request('anvil_reorg', [depth, []])),
    async increaseTime(seconds) {
      await request('evm_increaseTime', [seconds])
      await mine()
    },
    async blockSeconds() {
      const { timestamp } = await request<{ timestamp: string }>('eth_getBlockByNumber', ['latest', false])
      return Number(timestamp)
    },
  }
}

type Receipt = Awaited<ReturnType<LocalChain['mined']>>

async function receiptOf(request: RunningChain['request'], transaction: HexBytes): Promise<Receipt> {
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const receipt = await request<Receipt | null>('eth_getTransactionReceipt', [transaction])
    if (receipt !== null) return receipt
  }
  throw new Error('The transaction is in no block.')
}

export interface ServedDoors {
  readonly rpcUrl: string
  readonly sponsorUrl: string
  readonly faucetUrl: string
  stop(): Promise<void>
}

/** RPC, sponsor and faucet of a chain as the page server has them, without a page. */
export async function serveDoors(chain: LocalChain): Promise<ServedDoors> {
  const { page, doors } = await openDoors(chain)
  const server = serverOf(doors)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const at = (path: string): string => `http://127.0.0.1:${port}${path}`
  return {
    rpcUrl: at(page.rpcUrl),
    sponsorUrl: at(page.sponsorUrl),
    faucetUrl: at(page.faucetUrl),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function serverOf(doors: ChainDoors['doors']): Server {
  return createServer((request, response) => {
    const door = doors[request.url ?? '']
    if (door === undefined) response.writeHead(404).end()
    else void answerRequest(door, request).then(({ status, body }) => response.writeHead(status).end(body))
  })
}
