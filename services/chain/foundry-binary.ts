import { createRequire } from 'node:module'

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }

/**
 * The program itself. The one that npm links (`node_modules/.bin/forge`, 1.7.1) ends with 0 whatever became of it, so that a failing
 * test would look like a passing one.
 */
export function foundryBinary(tool: 'forge' | 'anvil'): string {
  const architecture = ARCHITECTURES[process.arch] ?? process.arch
  const suffix = process.platform === 'win32' ? '.exe' : ''
  // Its platform's package is a dependency of the tool's own.
  const require = createRequire(createRequire(import.meta.url).resolve(`@foundry-rs/${tool}/package.json`))
  return require.resolve(`@foundry-rs/${tool}-${process.platform}-${architecture}/bin/${tool}${suffix}`)
}
