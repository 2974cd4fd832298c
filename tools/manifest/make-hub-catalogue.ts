/**
 * `npm run catalogue` writes `src/protocol/model/hub-catalogue.gen.ts` from `hub-pins.json`. `npm run catalogue -- owner/name
 * [revision] [precision]` first asks the hub, pins that model with a SHA-256 for every file, and adds it to `hub-pins.json`; it needs
 * the network. `LOCUS_HUB` names another hub. Whoever adds a model has read its licence and its card.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { bytesToHex, sha256 } from '../../src/protocol/hash.ts'
import {
  type HubPin,
  HubPinSchema,
  type PinnedFile,
  PRECISIONS,
  pinBytes,
  pinIdOf,
} from '../../src/protocol/model/hub-pin.ts'
import { hubFileUrl, matchesPin, pinFromHub } from '../../src/storage/hub.ts'
import { DEFAULT_HUB } from '../../src/storage/model-store.ts'

const repository = join(import.meta.dirname, '../..')
const pinsPath = join(import.meta.dirname, 'hub-pins.json')

const PinsSchema = v.array(HubPinSchema)

export async function readHubPins(): Promise<HubPin[]> {
  return v.parse(PinsSchema, JSON.parse(await readFile(pinsPath, 'utf8')))
}

export function hubCatalogueSource(pins: readonly HubPin[]): string {
  return `import type { HubPin } from './hub-pin.ts'

// Written by tools/manifest/make-hub-catalogue.ts from tools/manifest/hub-pins.json; run \`npm run catalogue\` instead of editing.
export const HUB_PINS: readonly HubPin[] = ${literal(pins, '')}
`
}

/** As the formatter would write it. None of a pin's texts has a quote or a backslash: its schema sees to that. */
function literal(value: unknown, indent: string): string {
  const inner = `${indent}  `
  if (Array.isArray(value)) return `[\n${value.map((each) => `${inner}${literal(each, inner)},\n`).join('')}${indent}]`
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `'${value}'` : String(value)
  const fields = Object.entries(value).map(([name, each]) => `${inner}${name}: ${literal(each, inner)},\n`)
  return `{\n${fields.join('')}${indent}}`
}

/** The same pin with a SHA-256 for every file: what Git names by SHA-1 is fetched, compared, and hashed. */
export async function withSha256(hub: string, pin: HubPin): Promise<HubPin> {
  const files: PinnedFile[] = []
  for (const file of pin.files) {
    if (file.hash.kind === 'sha256') {
      files.push(file)
      continue
    }
    const response = await fetch(hubFileUrl(hub, pin, file.path))
    const bytes = new Uint8Array(await response.arrayBuffer())
    if (!response.ok || !matchesPin(bytes, file)) throw new Error(`${file.path} is not what the hub lists`)
    files.push({ ...file, hash: { kind: 'sha256', hex: bytesToHex(sha256(bytes)) } })
  }
  return v.parse(HubPinSchema, { ...pin, files })
}

/** Replaces an older pin of the same model and precision. */
export function addPin(pins: readonly HubPin[], added: HubPin): HubPin[] {
  return [...pins.filter(({ repo, precision }) => repo !== added.repo || precision !== added.precision), added]
}

if (import.meta.main) {
  const [repo, revision = 'main', wanted] = process.argv.slice(2)
  const hub = process.env['LOCUS_HUB'] ?? DEFAULT_HUB
  let pins = await readHubPins()
  if (repo !== undefined) {
    const precision = PRECISIONS.find((each) => each === wanted)
    if (wanted !== undefined && precision === undefined)
      throw new Error(`${wanted} is none of ${PRECISIONS.join(', ')}`)
    const options = { hub, repo, revision, device: 'webgpu', ...(precision && { precision }) } as const
    const pin = await withSha256(hub, await pinFromHub({ fetch, now: Date.now }, options))
    pins = addPin(pins, pin)
    await writeFile(pinsPath, `${JSON.stringify(pins, null, 2)}\n`)
    console.log(
      `${pin.repo} ${pin.precision} at ${pin.revision}: ${pinBytes(pin)} bytes, ${pin.license}, ${pinIdOf(pin)}`,
    )
  }
  await writeFile(join(repository, 'src/protocol/model/hub-catalogue.gen.ts'), hubCatalogueSource(pins))
}
