import type { ErrorData } from '../../../src/protocol/errors.ts'
import { MAX_SLOTS } from './slot-decoder.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** What the browser tells of its device, and what is planned with. */
export interface DeviceMemory {
  provider: 'webgpu' | 'wasm'
  isPhone: boolean
  /** `navigator.deviceMemory`, which browsers round and cap; null where they keep it to themselves. */
  deviceGib: number | null
  /** Limits of the opened WebGPU device; null on WASM. */
  gpu: { maxBufferBytes: number; maxBindingBytes: number } | null
  /** Of the room for keys and values: 1, and less after memory ran out (messages.ts, `memoryShare`). */
  share: number
}

export interface ModelMemory {
  /** Model and data files. */
  fileBytes: number
  /** Weights beside the model file. */
  isExternal: boolean
  /** Size after expansion to f32; null where nothing is to be expanded. */
  expandedBytes: number | null
  /** Largest tensor that a kernel binds whole; null where unknown. */
  largestTensorBytes: number | null
  layers: number
  keyValueHeads: number
  headDimension: number
  /** Of a key or a value: 4, or 2 in half precision. */
  elementBytes: number
  hiddenSize: number
  vocabularySize: number
  /** Positions wanted for each slot: the model's own context, capped. */
  contextTokens: number
  /** 1 on the plain path, up to 8. */
  maxSlots: number
  /** Rows of the largest run. */
  runRows: number
  /** Keys and values held at once during a run: 1 where they are updated in place, 2 where each run makes them anew. */
  cacheCopies: 1 | 2
}

export interface MemoryPlan {
  slots: number
  /** Positions of each slot. */
  contextTokens: number
  /** Whether the weights may be expanded to f32. */
  expand: boolean
  keyValueBytes: number
  /** Everything, at its peak. */
  totalBytes: number
  budgetBytes: number
}

/**
 * wasm32 ends at 4 GiB, and a browser that cannot give a heap of 2 GiB in one piece ends the page; phones end it far earlier. Half of
 * what a desktop has, an eighth of a phone's: the rest belongs to the system, the browser and other pages.
 */
const WASM_LIMIT = { desktop: 2 * GIB, phone: 512 * MIB }
const WASM_PART = { desktop: 1 / 2, phone: 1 / 8 }

/** WebGPU grants every allocation and fails later, so its budget is ours: a part of the memory that integrated GPUs share. */
const GPU_LIMIT = { desktop: 8 * GIB, phone: GIB }
const GPU_PART = { desktop: 1 / 2, phone: 1 / 4 }

/** Assumed of browsers that do not tell (Firefox, Safari). */
const UNTOLD_GIB = { desktop: 4, phone: 3 }

/**
 * Heap over file size after `create`, onnxruntime-web 1.30.0 in Node: f32 in one file of 168 MB 442 MB, with external data 267 MB; q4 of
 * 55 MB 169 MB. The file's copy, its parsed weights, and their form packed for the kernels.
 */
const HEAP_OVER_FILE = { whole: 2.6, external: 1.6 }
/** On the way to the GPU the heap holds the file and its weights, and nothing packed. */
const UPLOAD_OVER_FILE = { whole: 2, external: 1 }
const MAX_UPLOAD_BYTES = 3.5 * GIB

/** The runtime's own code, stack and tables. */
const RUNTIME_BYTES = 48 * MIB

/** Activations of a row, in hidden sizes: residual, projections and the feed-forward's, not all alive at once. */
const ACTIVATIONS_PER_ROW = 16
const FLOAT_BYTES = 4

/** An answer of this length still is one. */
const MIN_CONTEXT_TOKENS = 512

/** Two people at once before a longer context for one. */
const WORTHWHILE_SLOTS = 2

/** From here on memory is so short that the expansion, where most of it goes, is given up too. */
const SHARE_WITHOUT_EXPANSION = 1 / 4

/**
 * How many slots of which length, and whether expanded to f32; or why this model does not run here, with both numbers in `details`: they
 * tell the page that this was a plan, and no accident that a smaller share might avoid.
 */
export function planMemory(device: DeviceMemory, model: ModelMemory): MemoryPlan | { refused: ErrorData } {
  const budgetBytes = budgetOf(device)
  const mayExpand = model.expandedBytes !== null && device.share > SHARE_WITHOUT_EXPANSION
  const attempts = mayExpand ? [true, false] : [false]
  for (const expand of attempts) {
    const plan = planWith(device, model, expand, budgetBytes)
    if (plan !== null) return plan
  }
  const leastBytes =
    fixedBytes(device, model, false) +
    Math.min(model.contextTokens, MIN_CONTEXT_TOKENS) * (tokenBytes(model) + scoreBytes(device, model))
  return { refused: refusal(leastBytes, budgetBytes) }
}

function budgetOf({ provider, isPhone, deviceGib }: DeviceMemory): number {
  const kind = isPhone ? 'phone' : 'desktop'
  const [limit, part] = provider === 'wasm' ? [WASM_LIMIT, WASM_PART] : [GPU_LIMIT, GPU_PART]
  return Math.min(limit[kind], part[kind] * (deviceGib ?? UNTOLD_GIB[kind]) * GIB)
}

function planWith(device: DeviceMemory, model: ModelMemory, expand: boolean, budgetBytes: number): MemoryPlan | null {
  const fixed = fixedBytes(device, model, expand)
  const freeBytes = budgetBytes - fixed
  if (freeBytes <= 0 || !fitsGpu(device, model)) return null
  const wantedBytes = model.maxSlots * model.contextTokens * tokenBytes(model)
  const roomBytes = Math.min(freeBytes, wantedBytes * device.share)
  let best: { slots: number; contextTokens: number } | null = null
  const leastTokens = Math.min(model.contextTokens, MIN_CONTEXT_TOKENS)
  for (
    let contextTokens = model.contextTokens;
    contextTokens >= leastTokens;
    contextTokens = Math.floor(contextTokens / 2)
  ) {
    const scores = contextTokens * scoreBytes(device, model)
    const slots = slotsOf(device, model, contextTokens, Math.min(roomBytes, freeBytes - scores))
    if (slots > 0) best ??= { slots, contextTokens }
    if (slots >= Math.min(WORTHWHILE_SLOTS, model.maxSlots)) {
      best = { slots, contextTokens }
      break
    }
  }
  // Less than a slot's share may still be room for one: a share is a wish, the budget is not.
  const leastBytes = leastTokens * (tokenBytes(model) + scoreBytes(device, model))
  if (best === null && leastBytes <= freeBytes) best = { slots: 1, contextTokens: leastTokens }
  if (best === null) return null
  const keyValueBytes = best.slots * best.contextTokens * tokenBytes(model)
  const totalBytes = fixed + keyValueBytes + best.contextTokens * scoreBytes(device, model)
  return { ...best, expand, keyValueBytes, totalBytes, budgetBytes }
}

function slotsOf({ gpu }: DeviceMemory, model: ModelMemory, contextTokens: number, roomBytes: number): number {
  const bySize = Math.floor(roomBytes / (contextTokens * tokenBytes(model)))
  // Keys of a layer, all slots, are one buffer that one kernel binds.
  const slotBuffer = contextTokens * model.keyValueHeads * model.headDimension * model.elementBytes
  const byBuffer = gpu === null ? MAX_SLOTS : Math.floor(Math.min(gpu.maxBufferBytes, gpu.maxBindingBytes) / slotBuffer)
  return Math.min(MAX_SLOTS, model.maxSlots, bySize, byBuffer)
}

/** Keys and values of one position. */
function tokenBytes({ layers, keyValueHeads, headDimension, elementBytes, cacheCopies }: ModelMemory): number {
  return 2 * layers * keyValueHeads * headDimension * elementBytes * cacheCopies
}

/**
 * Attention by products (add-head-sinks.ts) writes its scores out, one slot and layer at a time: a row has one for each head and position.
 * Heads may be more than the hidden size has room for (Qwen 3 0.6B has twice as many).
 */
function scoreBytes({ provider }: DeviceMemory, { runRows, hiddenSize, headDimension }: ModelMemory): number {
  return provider === 'wasm' ? 2 * Math.ceil(hiddenSize / headDimension) * runRows * FLOAT_BYTES : 0
}

/** Everything but what grows with the context. */
function fixedBytes({ provider }: DeviceMemory, model: ModelMemory, expand: boolean): number {
  const bytes = expand ? (model.expandedBytes ?? model.fileBytes) : model.fileBytes
  const weights = provider === 'wasm' ? bytes * HEAP_OVER_FILE[model.isExternal ? 'external' : 'whole'] : bytes
  const row = model.vocabularySize + ACTIVATIONS_PER_ROW * model.hiddenSize
  return Math.ceil(RUNTIME_BYTES + weights + model.runRows * row * FLOAT_BYTES)
}

function fitsGpu({ gpu }: DeviceMemory, { fileBytes, isExternal, largestTensorBytes }: ModelMemory): boolean {
  if (gpu === null) return true
  if (fileBytes * UPLOAD_OVER_FILE[isExternal ? 'external' : 'whole'] > MAX_UPLOAD_BYTES) return false
  return (largestTensorBytes ?? 0) <= Math.min(gpu.maxBufferBytes, gpu.maxBindingBytes)
}

function refusal(needBytes: number, budgetBytes: number): ErrorData {
  const needMegabytes = Math.ceil(needBytes / 1e6)
  const budgetMegabytes = Math.floor(budgetBytes / 1e6)
  const isOverBudget = needMegabytes > budgetMegabytes
  return {
    code: 'engine/out-of-memory',
    message: isOverBudget
      ? `This model needs about ${needMegabytes} MB here; a page on this device can count on ${budgetMegabytes} MB.`
      : 'This model has parts larger than the graphics card takes in one piece.',
    nextStep: 'Choose a smaller model, or a device with more memory.',
    details: { needMegabytes, budgetMegabytes },
  }
}
