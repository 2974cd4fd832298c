/** Weighs the built page, gzipped, against its budgets. Run it after `vite build`. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildManifest, filesOfPage } from './page-weight.ts'

const DIST = fileURLToPath(new URL('../../dist/', import.meta.url))

/** Bytes, gzipped. A person on a slow line (1.6 Mbit/s) has the shell in under a second. */
const MAX_EAGER_BYTES = 150_000
/** What one press of a button may cost, the network stack included. */
const MAX_LAZY_BYTES = 250_000
/** All scripts of one worker program, without the WebAssembly of the runtime that it picks. */
const MAX_WORKER_BYTES = 150_000

/** Rounding to whole kilobytes would hide the last one, so one decimal is kept. */
function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}

function gzippedBytes(files: string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(DIST, file))).length, 0)
}

const failures: string[] = []

function weigh(name: string, files: string[], maxBytes: number): void {
  const bytes = gzippedBytes(files)
  const line = `${name}: ${kilobytes(bytes)} of ${kilobytes(maxBytes)} (${files.length} files)`
  process.stdout.write(`${line}\n`)
  if (bytes > maxBytes) failures.push(line)
}

const html = readFileSync(join(DIST, 'index.html'), 'utf8')
const manifest = JSON.parse(readFileSync(join(DIST, '.vite/manifest.json'), 'utf8')) as BuildManifest
const { eager, lazy } = filesOfPage(html, manifest)

weigh('before Start', eager, MAX_EAGER_BYTES)
for (const [name, files] of lazy) weigh(`import() of ${name}`, files, MAX_LAZY_BYTES)

const workerScripts = readdirSync(join(DIST, 'assets/workers')).filter((file) => file.endsWith('.js'))
if (workerScripts.length === 0) failures.push('The build holds no worker.')
for (const file of workerScripts) weigh(`worker script ${file}`, [`assets/workers/${file}`], MAX_WORKER_BYTES)

if (failures.length > 0) {
  process.stderr.write(`Over budget:\n${failures.map((line) => `  ${line}\n`).join('')}`)
  process.exitCode = 1
}
