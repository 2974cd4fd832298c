import { describe, expect, it } from 'vitest'
import { parseBenchArguments } from '../../../../tools/bench/bench-arguments.ts'

describe('the arguments of the engine benchmark', () => {
  it('are everything by default', () => {
    const { sections, providers, settingsOf, dry } = parseBenchArguments([])
    expect(sections).toContain('one-request')
    expect(sections).toContain('roofline')
    expect(providers).toEqual(['wasm', 'webgpu'])
    expect(dry).toBe(false)
    // What the design asks for: at least ten blocks of 128 tokens that count.
    const { blocks, warmUpBlocks, tokens } = settingsOf('wasm')
    expect(blocks - warmUpBlocks).toBeGreaterThanOrEqual(10)
    expect(tokens).toBe(128)
  })

  it('choose a part and its size', () => {
    const { sections, settingsOf } = parseBenchArguments([
      '--section',
      'checking,one-request',
      '--blocks',
      '3',
      '--tokens',
      '16',
    ])
    expect(sections).toEqual(['one-request', 'checking'])
    expect(settingsOf('wasm')).toMatchObject({ blocks: 3, tokens: 16, realGpu: false })
  })

  it('measure a real card with its own flags, and the processor never as one', () => {
    const { providers, settingsOf, flags } = parseBenchArguments(['--gpu', '--model', '1b'])
    expect(providers).toEqual(['webgpu'])
    expect(settingsOf('webgpu')).toMatchObject({ realGpu: true, model: '1b' })
    expect(settingsOf('wasm').realGpu).toBe(false)
    expect(flags.join(' ')).not.toContain('swiftshader')
  })

  it('can be short', () => {
    expect(parseBenchArguments(['--short']).settingsOf('wasm')).toMatchObject({ short: true, blocks: 3, tokens: 16 })
  })

  it('name what there is when asked for what there is not', () => {
    expect(() => parseBenchArguments(['--section', 'speed'])).toThrow('one-request')
    expect(() => parseBenchArguments(['--blocks', 'ten']).settingsOf('wasm')).toThrow('ten is not a count')
  })
})
