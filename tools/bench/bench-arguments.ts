import { parseArgs } from 'node:util'
import { CHROMIUM_FLAGS } from '../test/chromium.ts'
import type { ArmProvider } from './arms/arm.ts'
import { EMBEDDED_MODEL } from './bench-model.ts'
import type { SectionSettings } from './sections/section.ts'
import { SECTIONS } from './sections/sections.ts'

/** Vulkan on a machine without a screen. NVIDIA's driver needs to be let into half precision. */
const REAL_GPU_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan,WebGPU',
  '--use-angle=vulkan',
  '--disable-vulkan-surface',
  '--ignore-gpu-blocklist',
  '--enable-dawn-features=allow_unsafe_apis,vulkan_enable_f16_on_nvidia',
]

const PROVIDERS: readonly ArmProvider[] = ['wasm', 'webgpu']

/** Software WebGPU decodes a few tokens a second: enough to see that everything runs, and to measure what the page itself costs. */
const DEFAULTS = {
  wasm: { blocks: 12, warmUpBlocks: 2, tokens: 128 },
  software: { blocks: 5, warmUpBlocks: 1, tokens: 24 },
  realGpu: { blocks: 12, warmUpBlocks: 2, tokens: 128 },
  short: { blocks: 3, warmUpBlocks: 1, tokens: 16 },
}

export interface BenchArguments {
  /** Names of sections. */
  sections: string[]
  providers: ArmProvider[]
  settingsOf(provider: ArmProvider): SectionSettings
  /** Of the browser. */
  flags: readonly string[]
  dry: boolean
}

/** @throws Error that names what there is. */
export function parseBenchArguments(args: string[]): BenchArguments {
  const { values } = parseArgs({
    args,
    options: {
      section: { type: 'string' },
      provider: { type: 'string' },
      blocks: { type: 'string' },
      tokens: { type: 'string' },
      'warm-up': { type: 'string' },
      model: { type: 'string', default: EMBEDDED_MODEL },
      gpu: { type: 'boolean', default: false },
      short: { type: 'boolean', default: false },
      dry: { type: 'boolean', default: false },
    },
  })
  const { model, gpu, short } = values
  return {
    sections: chosen(
      values.section,
      SECTIONS.map(({ name }) => name),
    ),
    providers: chosen(values.provider, gpu ? ['webgpu'] : PROVIDERS),
    settingsOf(provider) {
      const realGpu = gpu && provider === 'webgpu'
      const defaults = DEFAULTS[short ? 'short' : realGpu ? 'realGpu' : provider === 'wasm' ? 'wasm' : 'software']
      return {
        provider,
        model,
        realGpu,
        short,
        blocks: count(values.blocks, defaults.blocks),
        warmUpBlocks: count(values['warm-up'], defaults.warmUpBlocks),
        tokens: count(values.tokens, defaults.tokens),
      }
    },
    flags: gpu ? REAL_GPU_FLAGS : CHROMIUM_FLAGS,
    // What was left out must not replace what was measured.
    dry: values.dry || short,
  }
}

function chosen<T extends string>(list: string | undefined, known: readonly T[]): T[] {
  const asked = list?.split(',') ?? known
  const unknown = asked.filter((name) => !known.some((one) => one === name))
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}; there are ${known.join(', ')}.`)
  return known.filter((name) => asked.includes(name))
}

function count(text: string | undefined, standard: number): number {
  if (text === undefined) return standard
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new Error(`${text} is not a count.`)
  return value
}
