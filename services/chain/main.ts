/** `npm run chain`: a chain of one's own with every contract on it, for working on contracts. Says where, and ends on Ctrl-C. */
import { QUICKNET } from '../../src/protocol/selection/quicknet.ts'
import { startChain } from './start-chain.ts'

const port = Number(process.env['LOCUS_CHAIN_PORT'] ?? 8545)

// Quicknet, so that its rounds of the past, which anybody can look up, are good for trying.
const chain = await startChain({ port, beacon: QUICKNET }).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.stderr.write(`If port ${port} is taken, set LOCUS_CHAIN_PORT to a free one.\n`)
  process.exit(1)
})

const { network, drandBeacon, rpcUrl } = chain
const [owner = ''] = await chain.request<string[]>('eth_accounts')
const lines = [
  ['RPC', rpcUrl],
  ['chain id', String(network.chainId)],
  ['unlocked account', `${owner}, owner of the parameters`],
  ['token', `${network.token.address}, ${network.token.symbol}: drip(address) gives 1,000`],
  ['drandBeacon', `${drandBeacon}, of quicknet`],
  ...Object.entries(network.contracts),
]
process.stdout.write(`\n${network.name}\n\n`)
for (const [name = '', value = ''] of lines) process.stdout.write(`  ${name.padEnd(16)} ${value}\n`)
process.stdout.write('\nCtrl-C ends it.\n')

let isStopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) process.exit(1)
    isStopping = true
    void chain.stop().then(() => process.exit(0))
  })
}
