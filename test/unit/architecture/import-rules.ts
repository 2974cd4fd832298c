import { posix } from 'node:path'
import { type Layer, layerOf } from './layers.ts'
import type { Import, SourceFile } from './source-file.ts'

/** What `file` imports against the table, one sentence each. */
export function violations({ path, imports }: Pick<SourceFile, 'path' | 'imports'>): string[] {
  const layer = layerOf(path)
  if (layer === null) return [`${path} belongs to no layer`]
  return imports.flatMap((one) => {
    const reason = one.specifier.startsWith('.')
      ? againstLayers(layer, path, one)
      : againstPackages(layer, one.specifier)
    return reason === null ? [] : [`${path}: ${reason}`]
  })
}

function againstLayers(layer: Layer, path: string, { specifier, isType }: Import): string | null {
  const target = posix.join(posix.dirname(path), specifier.replace(/\?.*$/, ''))
  if (!/\.\w+$/.test(target)) return `"${specifier}" lacks its file extension`
  const owner = layerOf(target)
  // Styles, JSON and generated data outside the layers are not code.
  if (owner === null) return /\.tsx?$/.test(target) ? `"${specifier}" is outside every layer` : null
  if (owner === layer || layer.imports.includes(owner.path)) return null
  if (layer.starts?.includes(owner.path) && specifier.endsWith('?worker&url')) return null
  if (layer.types.includes(owner.path))
    return isType ? null : `only types of ${owner.path} may be imported ("${specifier}")`
  return `${layer.path} may not import ${owner.path} ("${specifier}")`
}

function againstPackages(layer: Layer, specifier: string): string | null {
  const allowed = layer.packages.some(
    (name) => name === '*' || specifier === name || specifier.startsWith(/[/:]$/.test(name) ? name : `${name}/`),
  )
  return allowed ? null : `${layer.path} may not import the package "${specifier}"`
}
