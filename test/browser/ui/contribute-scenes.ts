import type { ContributeInput } from '../../../src/stores/contribute-model.ts'
import type { CalibrateState, ContributeState, Stores } from '../../../src/stores/index.ts'
import { calibrationStatistics } from '../../doubles/sample-calibration.ts'
import { ENGINE, OTHER_PEER, WASM_CELL, WEBGPU_CELL } from '../../doubles/sample-locus.ts'
import type { Scene } from './scene.ts'

const MODEL_BYTES = 7_640_000
const DEVICE = { gpu: 'google swiftshader', browser: 'Chromium 156', cores: 8 }
const ONLINE: ContributeInput = { type: 'network', status: { state: 'online', relayPeer: OTHER_PEER, peers: 3 } }
const MODEL_HERE: ContributeInput = {
  type: 'model',
  model: { name: 'Locus Stories', totalBytes: MODEL_BYTES, status: { state: 'complete', totalBytes: MODEL_BYTES } },
}

function apply(stores: Stores, ...inputs: ContributeInput[]): void {
  stores.contribute.apply({ type: 'device', device: DEVICE })
  for (const input of inputs) stores.contribute.apply(input)
}

function state(next: ContributeState): ContributeInput {
  return { type: 'state', state: next }
}

function serving(jobs: number, tokens: number): ContributeInput {
  const tokensPerSecond = 78 + 9 * Math.sin(tokens / 40) + 4 * Math.sin(tokens / 14)
  return state({ state: 'serving', engine: ENGINE, jobs, tokensPerSecond, tokens })
}

function totals(jobs: number, tokens: number): ContributeInput {
  return { type: 'totals', totals: { jobs, tokens, attestations: 2 } }
}

function comparing(name: string, calibration: CalibrateState): Scene {
  return {
    name,
    route: 'contribute',
    play: (stores) => {
      apply(stores, MODEL_HERE, ONLINE)
      stores.calibrate.apply({ type: 'state', state: { state: 'preparing' } })
      stores.calibrate.apply({ type: 'state', state: calibration })
    },
  }
}

export const CONTRIBUTE_SCENES: Scene[] = [
  {
    name: 'idle',
    route: 'contribute',
    play: (stores) =>
      apply(stores, {
        type: 'model',
        model: { name: 'Locus Stories', totalBytes: MODEL_BYTES, status: { state: 'absent' } },
      }),
  },
  {
    name: 'downloading',
    route: 'contribute',
    play: (stores) => apply(stores, state({ state: 'downloading', haveBytes: 4_200_000, totalBytes: MODEL_BYTES })),
  },
  {
    name: 'testing',
    route: 'contribute',
    play: (stores) => apply(stores, MODEL_HERE, state({ state: 'preparing', stage: 'self-test', fraction: 0.4 })),
  },
  {
    name: 'ready',
    route: 'contribute',
    play: (stores) => apply(stores, MODEL_HERE, ONLINE, state({ state: 'ready', engine: ENGINE })),
  },
  {
    name: 'serving',
    route: 'contribute',
    play: (stores) => {
      const first = Array.from({ length: 40 }, (_, i) => serving(1, 8 * i))
      const pause = state({ state: 'ready', engine: ENGINE })
      const second = Array.from({ length: 25 }, (_, i) => serving(3, 8 * i))
      apply(stores, MODEL_HERE, ONLINE, totals(3, 412), ...first, pause, ...second)
    },
  },
  {
    name: 'paused',
    route: 'contribute',
    play: (stores) =>
      apply(
        stores,
        MODEL_HERE,
        totals(3, 412),
        state({
          state: 'paused',
          engine: ENGINE,
          reason: 'The battery is at 14 %.',
          nextStep: 'It goes on by itself when the device is charging.',
        }),
      ),
  },
  {
    name: 'failed',
    route: 'contribute',
    play: (stores) => {
      stores.app.apply({ type: 'notice', notice: { kind: 'relay-unreachable' } })
      stores.app.apply({ type: 'notice', notice: { kind: 'no-webgpu' } })
      apply(
        stores,
        MODEL_HERE,
        { type: 'device', device: { ...DEVICE, gpu: null } },
        state({
          state: 'failed',
          error: {
            code: 'model/chunk-corrupt',
            message: 'Piece 3 of onnx/model_q4.onnx arrived damaged.',
            nextStep: 'Try again; only the damaged piece is fetched anew.',
          },
        }),
      )
    },
  },
  comparing('comparing', { state: 'running', done: 9, total: 32 }),
  comparing('compared', {
    state: 'done',
    json: '{}',
    pairs: [
      { provider: WEBGPU_CELL, checker: WASM_CELL, statistics: calibrationStatistics(), isKnown: true },
      { provider: WASM_CELL, checker: WEBGPU_CELL, statistics: calibrationStatistics(), isKnown: false },
    ],
  }),
  comparing('compare-failed', {
    state: 'failed',
    error: {
      code: 'engine/device-lost',
      message: 'The device that was being measured was lost and replaced by another.',
      nextStep: 'Calibrate again.',
    },
  }),
]
