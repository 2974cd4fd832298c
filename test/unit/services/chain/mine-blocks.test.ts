import { expect, test } from 'vitest'
import { mineBlocks } from '../../../../services/chain/mine-blocks.ts'
import type { Anvil } from '../../../../services/chain/start-anvil.ts'
import { createFakeClock } from '../../../doubles/fake-clock.ts'

function world() {
  const clock = createFakeClock()
  const state = { pending: 0, blocks: 0, isBroken: false }
  const request = async (method: string): Promise<unknown> => {
    if (state.isBroken) throw new Error('gone')
    if (method === 'txpool_status') return { pending: `0x${state.pending.toString(16)}` }
    state.blocks++
    state.pending = 0
    return null
  }
  return { clock, state, stop: mineBlocks({ request: request as Anvil['request'] }, clock) }
}

test('a transaction is in a block within a second, and final within three', async () => {
  const { clock, state } = world()
  state.pending = 2
  await clock.run(1_000)
  expect(state.blocks).toBe(1)
  await clock.run(2_000)
  expect(state.blocks).toBe(3)
  await clock.run(8_000)
  expect(state.blocks).toBe(3)
})

test('where nothing happens there is a block in twelve seconds', async () => {
  const { clock, state } = world()
  await clock.run(120_000)
  expect(state.blocks).toBe(10)
})

test('a node that does not answer is asked again, until mining is stopped', async () => {
  const { clock, state, stop } = world()
  state.isBroken = true
  await clock.run(5_000)
  state.isBroken = false
  state.pending = 1
  await clock.run(1_000)
  expect(state.blocks).toBe(1)
  stop()
  expect(clock.pending).toBe(0)
})
