import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** forge as npm installs it, with the settings of `contracts/foundry.toml`; its paths are relative to `ROOT`. */
export function forgeEnvironment(profile?: string): NodeJS.ProcessEnv {
  const own = [join(ROOT, 'node_modules/.bin'), join(ROOT, 'node_modules/node/bin')]
  return {
    ...process.env,
    PATH: [...own, process.env['PATH'] ?? ''].join(delimiter),
    FOUNDRY_CONFIG: 'contracts/foundry.toml',
    ...(profile === undefined ? {} : { FOUNDRY_PROFILE: profile }),
  }
}
