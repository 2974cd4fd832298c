/** `npm start`: builds the page, starts its relay, its beacon, its chain and its server, says where, and ends all of it on Ctrl-C. */
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { startDevnet } from './start-devnet.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const pagePort = Number(process.env['LOCUS_PAGE_PORT'] ?? 4600)
const relayPort = Number(process.env['LOCUS_RELAY_PORT'] ?? 4601)
const beacon = process.env['LOCUS_BEACON'] === 'quicknet' ? 'quicknet' : 'own'

process.stdout.write('Building the page …\n')
await build({ root, logLevel: 'warn' })

const devnet = await startDevnet({
  folder: `${root}dist`,
  pagePort,
  relayPort,
  relayIdentityPath: `${root}.locus/relay-identity`,
  beacon,
  beaconSecretPath: `${root}.locus/beacon-secret`,
  chain: process.env['LOCUS_CHAIN'] !== 'none',
  chainFolder: `${root}.locus/chain`,
}).catch((error: unknown) => {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  const remedy = 'Set LOCUS_PAGE_PORT and LOCUS_RELAY_PORT to free ports, or end the program that uses these.'
  process.stderr.write(isTaken ? `Port ${pagePort} or ${relayPort} is taken. ${remedy}\n` : `${String(error)}\n`)
  process.exit(1)
})

process.stdout.write(`
Locus runs on this machine:

  page   ${devnet.pageUrl}
  relay  ${devnet.relayMultiaddr}
         ${devnet.relayHttpUrl}/health
  beacon ${beacon === 'own' ? 'this machine’s own; LOCUS_BEACON=quicknet names the public one' : 'quicknet'}
  chain  ${chainLine(devnet.chain)}

Open the page in two windows. In one, press Contribute; in the other, ask for a story.
Ctrl-C ends everything.
`)

function chainLine(chain: typeof devnet.chain): string {
  if (chain === null) return 'none: all work is free'
  const { network, rpcUrl } = chain
  return `${network.name}, number ${network.chainId}, worth nothing; LOCUS_CHAIN=none goes without\n         ${rpcUrl}`
}

let isStopping = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (isStopping) process.exit(1)
    isStopping = true
    process.stdout.write('\nStopping …\n')
    void devnet.stop().then(() => process.exit(0))
  })
}
