import type { ArmProvider, ArmRequest } from '../arms/arm.ts'
import { EMBEDDED_MODEL } from '../bench-model.ts'
import type { BenchSite } from '../bench-site.ts'

export interface SectionSettings {
  provider: ArmProvider
  /** Blocks that count come after the first `warmUpBlocks`. */
  blocks: number
  warmUpBlocks: number
  tokens: number
  /** Served under `/models/`. */
  model: string
  /** A real graphics card, instead of WebGPU in software. */
  realGpu: boolean
  /** Leaves out what takes long and says little about the rest: for tests, and to see that everything runs. */
  short: boolean
}

export interface SectionContext extends SectionSettings {
  site: BenchSite
  /** Flags of the browser. */
  flags: readonly string[]
  /** So many requests of their own for a block: no two blocks ask alike. */
  openings(block: number, count: number): ArmRequest[]
}

/** Something that was to be shown, and what was measured. */
export interface Target {
  what: string
  measured: number | null
  /** `least`: at least so much. `most`: at most. */
  kind: 'least' | 'most'
  floor: number
}

export interface Rendered {
  markdown: string
  targets: Target[]
  /** By file name without ending. */
  plots: Record<string, string>
}

/** One question of the benchmark: what is measured, and how it is told. `render` sees the facts only, also those of an earlier run. */
export interface Section {
  name: string
  providers: readonly ArmProvider[]
  run(context: SectionContext): Promise<unknown>
  render(facts: unknown, settings: SectionSettings): Rendered
}

/** Names a run among others, and its plots among files. */
export function runName(section: string, { provider, model, realGpu }: SectionSettings): string {
  const traits = [realGpu ? 'gpu' : provider, ...(model === EMBEDDED_MODEL ? [] : [model])]
  return [section, ...traits].join('-')
}

export function defineSection<F>(
  section: Omit<Section, 'run' | 'render'> & {
    run(context: SectionContext): Promise<F>
    render(facts: F, settings: SectionSettings): Rendered
  },
): Section {
  // What `render` is given was written by the same section's `run`.
  return { ...section, render: (facts, settings) => section.render(facts as F, settings) }
}
