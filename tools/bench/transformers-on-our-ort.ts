import { join } from 'node:path'
import type { Plugin } from 'vite'

/** In the worker of that name, transformers.js is given the ONNX Runtime that this repository ships: arm A′. */
export function transformersOnOurOrt(): Plugin {
  const root = join(import.meta.dirname, '../../package.json')
  let wanted = false
  return {
    name: 'locus:transformers-on-our-ort',
    enforce: 'pre',
    buildStart({ input }) {
      wanted = JSON.stringify(input).includes('arm-our-ort')
    },
    async resolveId(source, importer) {
      const fromTransformers = importer?.includes('@huggingface/transformers') === true
      if (!wanted || !fromTransformers || !source.startsWith('onnxruntime-')) return null
      return this.resolve(source, root, { skipSelf: true })
    },
  }
}
