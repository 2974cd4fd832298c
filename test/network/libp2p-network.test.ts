import { afterAll, onTestFinished } from 'vitest'
import { testNetwork } from '../conformance/network.ts'
import { createNetworkWorld, stopNodeWebRtc } from './network-world.ts'

afterAll(stopNodeWebRtc)

testNetwork(async () => {
  const world = await createNetworkWorld()
  onTestFinished(() => world.stop())
  return world
})
