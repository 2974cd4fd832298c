import { startBenchSite } from '../bench/bench-site.ts'
import { measurePage } from '../bench/measure-page.ts'
import type { ComparedPair } from '../bench/page/compare-engines.ts'
import type { PairFindings } from './measure-pairs.ts'

/** Chromium's software WebGPU and the referee beside it, in one page, check each other's answers. */
export async function measureWebGpu(answers: number): Promise<PairFindings[]> {
  const site = await startBenchSite()
  try {
    const { result } = await measurePage<ComparedPair[]>(site, { kind: 'compare', device: 'webgpu', answers })
    return result
  } finally {
    await site.stop()
  }
}
