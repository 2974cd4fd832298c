/**
 * The gate of `contracts/`: all tests with every fuzz run (`[profile.gate]` shortens the invariants only), what every call costs against
 * `contracts/snapshots`, generated files against the sources, and that every line and branch is run. The long forms: `npm run test:contracts`,
 * `test:contracts:long`, `contracts:digests`.
 */
import { spawnSync } from 'node:child_process'
import { foundryBinary } from '../../services/chain/foundry-binary.ts'
import { forgeEnvironment, ROOT } from './forge-environment.ts'

/** So that a run whose tests were filtered away, or that read no file, fails. */
const MIN_TESTS = 100

const build = run('node', ['tools/contracts/make-abi.ts', '--check'])
const tests = run(foundryBinary('forge'), ['test'])
const digests = run('node', ['tools/contracts/check-digests.ts', '50'])
const coverage = run('node', ['tools/contracts/check-coverage.ts'])
const all = [build, tests, digests, coverage]

const [, passed = '0'] = /(\d+) tests passed, 0 failed, 0 skipped/.exec(tests.output) ?? []
process.stdout.write(`${passed} tests of contracts passed\n`)
const hasSeenTests = Number(passed) >= MIN_TESTS
for (const { isOk, output } of all) if (!isOk) process.stderr.write(output)
process.exitCode = all.every(({ isOk }) => isOk) && hasSeenTests ? 0 : 1

function run(program: string, args: string[]): { isOk: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: ROOT,
    env: forgeEnvironment('gate'),
    encoding: 'utf8',
  })
  return { isOk: status === 0, output: `${stdout}${stderr}` }
}
