import { compareAnswers } from '../../../src/participant/calibrate.ts'
import type { Engine, LoadOptions } from '../../../src/participant/ports.ts'
import { standardPrompts } from '../../../src/participant/standard-prompts.ts'
import { type CellClass, cellClassOf } from '../../../src/protocol/evidence/cell-class.ts'
import type { SegmentFinding } from '../../../src/protocol/evidence/segment-finding.ts'
import type { CompareJob } from '../arms/arms-job.ts'
import { fetchBytes, fetchManifest } from '../arms/model-files.ts'

const MODEL = 'locus-stories'

export interface ComparedPair {
  provider: { name: string; cellClass: CellClass }
  checker: { name: string; cellClass: CellClass }
  findings: SegmentFinding[]
}

/** The referee and this device's engine, both ways, as the button in the page compares them. Software WebGPU writes short answers. */
export async function compareEngines(openEngine: () => Engine, job: CompareJob): Promise<ComparedPair[]> {
  const load = async (provider: LoadOptions['provider']) => {
    const engine = openEngine()
    const readFile = (path: string) => fetchBytes(MODEL, path)
    const { cell } = await engine.load({ ...(await fetchManifest(MODEL)), readFile, provider })
    const { threads, precision, architecture } = cell
    const place =
      cell.provider === 'wasm' ? `WASM, ${threads} thread${threads === 1 ? '' : 's'}` : `WebGPU (${architecture})`
    return { engine, named: { name: `${place}, ${precision}`, cellClass: cellClassOf(cell) } }
  }
  const [reference, device] = [await load('referee'), await load(job.device)]
  const prompts = standardPrompts(job.answers).map((prompt) => ({
    ...prompt,
    maxTokens: Math.min(prompt.maxTokens, 64),
  }))
  const pairs: ComparedPair[] = []
  for (const [provider, checker] of [
    [device, reference],
    [reference, device],
    [device, device],
  ] as const) {
    const never = new AbortController().signal
    const findings = await compareAnswers(provider.engine, checker.engine, prompts, () => undefined, never)
    pairs.push({ provider: provider.named, checker: checker.named, findings })
  }
  return pairs
}
