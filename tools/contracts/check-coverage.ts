/** Every line and every branch of `contracts/src` is run by some test: `npm run contracts:coverage` fails and names what is not. */
import { spawnSync } from 'node:child_process'
import { foundryBinary } from '../../services/chain/foundry-binary.ts'
import { forgeEnvironment, ROOT } from './forge-environment.ts'

// Gas is another with the instructions that count, and invariants run nothing that the other tests do not.
const args = ['coverage', '--report', 'summary', '--fuzz-runs', '32', '--no-match-contract', 'Invariants|GasTest']
const { status, stdout, stderr } = spawnSync(foundryBinary('forge'), args, {
  cwd: ROOT,
  env: forgeEnvironment(),
  encoding: 'utf8',
})

// | file | lines % (n/m) | statements | branches | functions |
const rows = [...stdout.matchAll(/^\| contracts\/src\/(\S+) +\| ([\d.]+)%[^|]*\|[^|]*\| ([\d.]+)%/gm)]
const short = rows.filter(([, , lines, branches]) => Number(lines) < 100 || Number(branches) < 100)
for (const [row] of short) process.stdout.write(`${row}\n`)
process.stdout.write(`${rows.length} files of contracts/src, ${short.length} not covered in full\n`)
if (status !== 0 || rows.length === 0) process.stderr.write(`${stdout.slice(-4_000)}${stderr}`)
process.exitCode = status === 0 && rows.length > 0 && short.length === 0 ? 0 : 1
