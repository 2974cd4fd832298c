/** Runs forge on `contracts/`: `node tools/contracts/main.ts test --match-test replay`. The profile is `FOUNDRY_PROFILE`. */
import { spawnSync } from 'node:child_process'
import { foundryBinary } from '../../services/chain/foundry-binary.ts'
import { forgeEnvironment, ROOT } from './forge-environment.ts'

const { status } = spawnSync(foundryBinary('forge'), process.argv.slice(2), {
  cwd: ROOT,
  env: forgeEnvironment(),
  stdio: 'inherit',
})
process.exitCode = status ?? 1
