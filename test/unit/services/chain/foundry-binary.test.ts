import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { foundryBinary } from '../../../../services/chain/foundry-binary.ts'

test('a failing forge ends with a failure', () => {
  const { status } = spawnSync(foundryBinary('forge'), ['no-such-command'])
  expect(status).toBeGreaterThan(0)
})

test('anvil is there, of the same release', () => {
  const version = (tool: 'forge' | 'anvil'): string | undefined =>
    /\d+\.\d+\.\d+/.exec(spawnSync(foundryBinary(tool), ['--version'], { encoding: 'utf8' }).stdout)?.[0]
  expect(version('anvil')).toBeDefined()
  expect(version('anvil')).toBe(version('forge'))
})
