/** The committed vectors against their second implementations, in Python and numpy: `npm run vectors:reference`. Exits 1 on any difference. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureNumpy } from '../test/numpy.ts'

const { status } = spawnSync(ensureNumpy(), ['-B', join(import.meta.dirname, 'reference/run-all.py')], {
  stdio: 'inherit',
})
process.exitCode = status ?? 1
