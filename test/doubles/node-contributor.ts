import { randomBytes } from 'node:crypto'
import { createEngine } from '../../src/engine/engine.ts'
import { createLibp2pNetwork } from '../../src/network/libp2p-network.ts'
import type { ContributeEvent } from '../../src/participant/events.ts'
import { createModelAccess } from '../../src/participant/model-access.ts'
import type { Beacon, Clock, Engine, Logger, ModelStore, Network, PauseSignals } from '../../src/participant/ports.ts'
import { createProvider } from '../../src/participant/provide.ts'
import { createVerifier } from '../../src/participant/verifier.ts'
import { THRESHOLDS } from '../../src/protocol/evidence/thresholds.gen.ts'
import { EMBEDDED_MODEL } from '../../src/protocol/model/catalogue.ts'
import { MODEL_FOLDER } from '../../tools/bench/node-runtime.ts'
import { createNodeWorker } from '../../tools/bench/node-worker.ts'
import { createMemoryJournal } from './memory-journal.ts'
import { createFolderModelStore } from './memory-model-store.ts'
import { createNodeSessionKey } from './node-session-key.ts'
import { nodeRtcConfiguration } from './node-webrtc.ts'
import { freeMoney } from './vouchers.ts'

/** The system's clock: these participants meet real browsers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  every(intervalMs, callback) {
    const timer = setInterval(callback, intervalMs)
    return () => clearInterval(timer)
  },
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

const SILENT: Logger = { info: () => undefined, warn: () => undefined }

export interface NodeContributorOptions {
  relay: string
  /** Turns an honest contributor into a liar: what it computes with, and what it sends. */
  corruptEngine?: (honest: Engine) => Engine
  corruptNetwork?: (honest: Network) => Network
  /** To be drawn as a verifier too; without one it can only serve. */
  openBeacon?: () => Promise<Beacon>
}

export interface NodeContributor {
  readonly peerId: string
  stop(): Promise<void>
}

/** A contributor in this process, of the participant code, engine and network of the page. Resolves when it is ready for jobs. */
export async function startNodeContributor(options: NodeContributorOptions): Promise<NodeContributor> {
  const { relay, corruptEngine = (engine) => engine, corruptNetwork = (network) => network } = options
  const honest = createNodeEngine()
  const engine = corruptEngine(honest)
  const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) }
  const network = corruptNetwork(
    await createLibp2pNetwork({
      relayMultiaddr: relay,
      clock: systemClock,
      random,
      logger: SILENT,
      rtcConfiguration: nodeRtcConfiguration,
    }),
  )
  const models = await createFolderModelStore(MODEL_FOLDER)
  let onEvent = (_event: ContributeEvent): void => undefined
  const ready = new Promise<void>((resolve, reject) => {
    onEvent = (event) => {
      if (event.type !== 'state') return
      if (event.state.state === 'ready') resolve()
      if (event.state.state === 'failed') reject(new Error(event.state.error.message))
    }
  })
  const journal = createMemoryJournal()
  const sessionKey = await createNodeSessionKey()
  const pauseSignals: PauseSignals = { current: () => null, onChange: () => () => undefined }
  const { modelRoot } = EMBEDDED_MODEL
  const checking = createNodeEngine()
  const verifier = createVerifier({
    engine: checking,
    access: createModelAccess({ engine: checking, models }, modelRoot),
    thresholds: THRESHOLDS,
    openBeacon: options.openBeacon ?? (() => Promise.reject(new Error('this contributor knows no beacon'))),
    pauseSignals,
    journal,
    sessionKey,
    clock: systemClock,
    random,
    modelRoot,
  })
  const provider = createProvider(
    {
      engine,
      access: createModelAccess({ engine, models }, modelRoot),
      verifier,
      roots: { add: () => undefined },
      ...freeMoney(sessionKey, systemClock),
      journal,
      sessionKey,
      lease: { acquire: async () => () => undefined },
      pauseSignals,
      clock: systemClock,
      random,
      logger: SILENT,
    },
    async () => {
      await network.start()
      return network
    },
    'referee',
    onEvent,
  )
  void provider.start()
  await ready
  return {
    peerId: network.peerId,
    async stop() {
      await provider.stop()
      await network.stop()
      await honest.stop()
      await checking.stop()
    },
  }
}

/** One-thread WASM in this process, behind the engine client of the page. */
export function createNodeEngine(): Engine {
  return createEngine({ createWorker: () => createNodeWorker(), clock: systemClock })
}

/** The embedded model with a handful of weights nudged by one step: too little for a self-test, enough for every row hash. */
export async function createNudgedModelStore(): Promise<ModelStore> {
  const honest = await createFolderModelStore(MODEL_FOLDER)
  return {
    ...honest,
    async readFile(root, path, signal) {
      const bytes = await honest.readFile(root, path, signal)
      if (!path.endsWith('.onnx')) return bytes
      // The packed 4-bit values of one projection follow its name: the lowest bit of a few of them.
      const name = Buffer.from('.attn.q_proj.MatMul.weight_Q4')
      const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).lastIndexOf(name) + name.length + 256
      for (let at = 0; at < 64; at++) bytes[start + at * 32] = (bytes[start + at * 32] ?? 0) ^ 1
      return bytes
    },
  }
}
