import type { ModelEntry } from '../../../src/participant/ports.ts'
import type { Stores } from '../../../src/stores/index.ts'
import type { Scene } from './scene.ts'

const GIB = 1024 ** 3
const DEVICE = { kind: 'webgpu', memoryBytes: 8 * GIB } as const
const EMBEDDED_ROOT = '831417a7a2a02ed04a6306dc6e428bc8c1dca6b05283bb836256ded0f08ba8c3'

const EMBEDDED: ModelEntry = {
  ref: EMBEDDED_ROOT,
  modelRoot: EMBEDDED_ROOT,
  name: 'Locus Stories',
  license: 'apache-2.0',
  precision: 'q4',
  contextTokens: 512,
  cache: { layers: 6, keyValueHeads: 2, headDimension: 32 },
  totalBytes: 8_842_632,
  origin: { kind: 'page' },
  status: { state: 'complete', totalBytes: 8_842_632 },
  lastUsedAtMs: 1_767_225_600_000,
}

const SMOL: ModelEntry = {
  ref: 'aa'.repeat(32),
  modelRoot: null,
  name: 'SmolLM2-135M-Instruct q4',
  license: 'apache-2.0',
  precision: 'q4',
  contextTokens: 8_192,
  cache: { layers: 30, keyValueHeads: 3, headDimension: 64 },
  totalBytes: 139_257_294,
  origin: {
    kind: 'hub',
    repo: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    revision: '12fd25f77366fa6b3b4b768ec3050bf629380bac',
    pinnedBy: 'catalogue',
  },
  status: { state: 'absent' },
  lastUsedAtMs: null,
}

const QWEN: ModelEntry = {
  ...SMOL,
  ref: 'bb'.repeat(32),
  name: 'Qwen3-0.6B-ONNX q4f16',
  precision: 'q4f16',
  contextTokens: 32_768,
  cache: { layers: 28, keyValueHeads: 8, headDimension: 128 },
  totalBytes: 578_917_626,
  origin: {
    kind: 'hub',
    repo: 'onnx-community/Qwen3-0.6B-ONNX',
    revision: 'da1453100cf3ff33ef56d17983fc7a8648706db6',
    pinnedBy: 'catalogue',
  },
}

const ADDED: ModelEntry = {
  ...SMOL,
  ref: 'cc'.repeat(32),
  modelRoot: 'cd'.repeat(32),
  name: 'Llama-3.2-1B-Instruct-ONNX q4',
  license: 'llama3.2',
  precision: 'q4',
  contextTokens: 32_768,
  cache: { layers: 16, keyValueHeads: 8, headDimension: 64 },
  totalBytes: 1_692_000_000,
  origin: {
    kind: 'hub',
    repo: 'onnx-community/Llama-3.2-1B-Instruct-ONNX',
    revision: '1f0e2d3c4b5a69788796a5b4c3d2e1f001234567',
    pinnedBy: 'first-use',
  },
  status: { state: 'complete', totalBytes: 1_692_000_000 },
}

function list(stores: Stores, ...entries: ModelEntry[]): void {
  stores.models.apply({ type: 'listed', entries, device: DEVICE, usedRoot: EMBEDDED_ROOT })
  stores.models.apply({
    type: 'settings',
    settings: { bytesPerSecond: null, bytesPerMonth: 5_000_000_000, evenWhenSavingData: false },
    usedBytes: 812_000_000,
  })
}

export const MODELS_SCENES: Scene[] = [
  { name: 'models-unknown', route: 'models', play: () => undefined },
  { name: 'models', route: 'models', play: (stores) => list(stores, EMBEDDED, SMOL, QWEN, ADDED) },
  {
    name: 'models-downloading',
    route: 'models',
    play: (stores) => {
      const paused = {
        ...ADDED,
        modelRoot: null,
        status: { state: 'partial', haveBytes: 4e8, totalBytes: 1_692_000_000 },
      } as const
      list(stores, EMBEDDED, SMOL, paused)
      const transfer = { state: 'downloading', haveBytes: 76_300_000, totalBytes: 139_257_294 } as const
      stores.models.apply({ type: 'transfer', ref: SMOL.ref, transfer })
      stores.models.apply({ type: 'adding', adding: { state: 'asking', repo: 'onnx-community/gemma-3-270m-it-ONNX' } })
    },
  },
  {
    name: 'models-room',
    route: 'models',
    play: (stores) => {
      list(stores, EMBEDDED, SMOL, ADDED)
      const plan = { neededBytes: SMOL.totalBytes, freeBytes: 52_000_000, evict: [ADDED], enough: true }
      stores.models.apply({ type: 'transfer', ref: SMOL.ref, transfer: { state: 'asks-for-room', plan } })
    },
  },
  {
    name: 'models-failed',
    route: 'models',
    play: (stores) => {
      list(stores, EMBEDDED, SMOL)
      const error = {
        code: 'model/file-corrupt',
        message:
          'onnx/model_quantized.onnx arrived whole, but is not the file that its published hash names. It was thrown away.',
        nextStep:
          'Start the download again. If it happens again, something on the way changes the file: try another network.',
      } as const
      stores.models.apply({ type: 'transfer', ref: SMOL.ref, transfer: { state: 'failed', error } })
      const notThere = {
        code: 'model/not-on-hub',
        message: 'nobody/nothing cannot be used: the hub has no such public model.',
        nextStep: 'Check the name: it is written owner/name, must be public, and must have ONNX files.',
      } as const
      stores.models.apply({ type: 'adding', adding: { state: 'failed', repo: 'nobody/nothing', error: notThere } })
    },
  },
]
