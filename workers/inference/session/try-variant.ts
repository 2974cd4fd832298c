import type { EnginePath, SelfTestReport } from '../../../src/engine/messages.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import type { Cell } from '../../../src/protocol/evidence/cell.ts'
import type { RunShape } from '../generation/plan-runs.ts'
import { TRANSFORM_VERSION } from '../graph/graph-hash.ts'
import type { KnownAnswers } from '../self-test/known-answers.ts'
import { computeReferenceAnswers } from '../self-test/reference-answers.ts'
import { runSelfTest } from '../self-test/run-self-test.ts'
import type { Gpu } from './gpu-device.ts'
import type { MemoryPlan } from './memory-budget.ts'
import { type OpenedPath, type OpenPath, openPlain, type PathRequest, pathsFor } from './open-path.ts'
import { planVariant } from './plan-variant.ts'
import { type PreparedGraph, prepareGraph, readExternalData } from './prepare-graph.ts'
import {
  type ChosenProvider,
  type ProviderPorts,
  type ProviderRequest,
  refusal,
  throwIfAborted,
} from './provider-request.ts'
import { type Variant, variantsOf } from './variants.ts'

/** Null when the variant's answers are wrong here; why is in the reports it adds. Errors: whatever it fails with. */
export async function tryVariant(
  ports: ProviderPorts,
  request: ProviderRequest,
  variant: Variant,
  gpu: Gpu | null,
  selfTests: SelfTestReport[],
): Promise<ChosenProvider | null> {
  throwIfAborted(request.signal)
  const plan = planVariant(ports, request, variant, gpu)
  const graph = await prepare(request, variant)
  request.progress('compiling', 0)
  throwIfAborted(request.signal)
  const path = await pathRequest(ports, request, variant, graph, gpu, plan)
  const answers = request.answers ?? (await referenceAnswers(ports, request, path))
  const ways = pathsFor(path)
  for (const [i, open] of ways.entries()) {
    const isLast = i === ways.length - 1
    try {
      const chosen = await tryPath(ports, { ...request, answers }, variant, path, open, selfTests)
      if (chosen !== null) return chosen
    } catch (error) {
      if (isLast || CodedError.is(error, 'engine/device-lost')) throw error
      const device = gpu === null ? 'The processor' : 'The graphics card'
      const why = CodedError.dataOf(error, 'engine/run-failed').message
      selfTests.push(refusal(variant.provider, `${device}’s fast path failed while it was tested: ${why}`))
    }
  }
  return null
}

async function prepare(
  { manifest, config, readFile, progress }: ProviderRequest,
  variant: Variant,
): Promise<PreparedGraph> {
  const file = await readFile(variant.path)
  const externalData = await readExternalData(manifest, readFile, variant.path)
  progress('preparing', 0)
  return prepareGraph(file, { ...variant, headDimension: config.headDimension }, externalData)
}

async function pathRequest(
  ports: ProviderPorts,
  { config }: ProviderRequest,
  variant: Variant,
  graph: PreparedGraph,
  gpu: Gpu | null,
  { slots, contextTokens }: MemoryPlan,
): Promise<PathRequest> {
  const ort = await ports.importOrt(variant.provider)
  const isFloat = variant.expand || variant.precision === 'fp32'
  return { ort, graph, config, gpu, isFloat, slots, contextTokens, techniques: ports.techniques, now: ports.now }
}

/** What the simple loop computes on this very processor, where nobody shipped answers that could be known beforehand. */
async function referenceAnswers(
  ports: ProviderPorts,
  request: ProviderRequest,
  tried: PathRequest,
): Promise<KnownAnswers> {
  let path = tried
  if (tried.gpu !== null) {
    const [variant] = variantsOf(request.manifest, null, false)
    if (variant === undefined) throw new Error('every model that is tried has a file for the processor')
    const plan = planVariant(ports, request, variant, null)
    path = await pathRequest(ports, request, variant, await prepare(request, variant), null, plan)
  }
  const { decoder } = await openPlain({ ...path, slots: 1 })
  try {
    return await computeReferenceAnswers(decoder)
  } finally {
    await decoder.release()
  }
}

async function tryPath(
  ports: ProviderPorts,
  request: ProviderRequest & { answers: KnownAnswers },
  variant: Variant,
  path: PathRequest,
  open: OpenPath,
  selfTests: SelfTestReport[],
): Promise<ChosenProvider | null> {
  const opened = await open(path)
  let chosen: ChosenProvider | null = null
  try {
    request.progress('self-test', 0)
    const options = { provider: variant.provider, now: ports.now, window: ports.techniques.window }
    const result = await runSelfTest(opened.decoder, request.answers, options)
    selfTests.push(result.report)
    request.progress('self-test', 1)
    if (result.outcome === 'usable' && isFaithful(result.decode.shape, opened.path)) {
      const { shape, tokensPerSecond, slots } = result.decode
      const cell = { ...cellOf(ports, request, variant, path), ...shape }
      const decoder = { ...opened.decoder, slots }
      chosen = { decoder, path: opened.path, gpu: path.gpu, cell, selfTests, tokensPerSecond }
    }
    return chosen
  } finally {
    if (chosen === null) await released(opened)
  }
}

async function released({ decoder }: OpenedPath): Promise<void> {
  // What failed before it is what matters.
  await decoder.release().catch(() => undefined)
}

/** Where a row depends on what shares its run, requests must not share runs: only the simple loop gives each what it would get alone. */
function isFaithful({ exactness }: RunShape, { kind }: EnginePath): boolean {
  return exactness.kind !== 'none' || kind === 'plain'
}

/** A cell but for its exactness. One-thread WASM has no place: the same bits were measured in Chromium, Firefox and Node. */
function cellOf(
  ports: ProviderPorts,
  { modelRoot }: ProviderRequest,
  { provider, precision }: Variant,
  { gpu, ort, graph }: PathRequest,
): Omit<Cell, keyof RunShape> {
  return {
    modelRoot,
    graphHash: graph.graphHash,
    provider,
    precision,
    vendor: cellText(gpu?.vendor ?? ''),
    architecture: cellText(gpu?.architecture ?? ''),
    browser: gpu === null ? '' : ports.browser,
    ortVersion: ort.env.versions.web ?? ort.env.versions.common,
    threads: 1,
    transformVersion: TRANSFORM_VERSION,
  }
}

/** A driver may say anything; a cell holds printable ASCII, 32 characters at most. */
function cellText(fact: string): string {
  return fact.replaceAll(/[^ -~]/g, '').slice(0, 32)
}
