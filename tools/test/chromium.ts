import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { installWithApt, mayInstall } from './apt.ts'

const PROGRAM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** A public peer would be a test that depends on the weather, and a background download one that depends on the hour. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // WebGPU in software, so that the same tests run on a machine without a graphics card.
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
]

/** Path of a Chromium on this machine, or null. `CHROMIUM_PATH` wins over what is on PATH. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | null {
  const named = env['CHROMIUM_PATH']
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Error(`CHROMIUM_PATH names ${named}, which is not an executable file.`)
    return named
  }
  const folders = (env['PATH'] ?? '').split(delimiter).concat('/usr/bin', '/snap/bin')
  for (const name of PROGRAM_NAMES) {
    for (const folder of folders) {
      const path = join(folder, name)
      if (folder !== '' && isExecutable(path)) return path
    }
  }
  return null
}

/** Path of a Chromium, installed from Debian's packages first when there is none and we may. */
export function ensureChromium(): string {
  const found = findChromium()
  if (found !== null) return found
  if (mayInstall()) {
    installWithApt(['chromium', 'fonts-liberation'])
    const installed = findChromium()
    if (installed !== null) return installed
  }
  throw new Error(
    'No Chromium was found. Install one (Debian: apt-get install chromium) or set CHROMIUM_PATH to the executable of one.',
  )
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
