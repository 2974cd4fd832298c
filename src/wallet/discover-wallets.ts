import { requestProviders } from 'mipd'
import type { Unsubscribe, WalletChoice } from '../participant/ports.ts'
import type { WalletProvider } from './wallet-provider.ts'

export interface FoundWallet {
  choice: WalletChoice
  provider: WalletProvider
}

/** More than anybody installs: whoever announces without end is not listened to. */
const MAX_WALLETS = 24
const MAX_ID = 100
const MAX_NAME = 40

/** Icons of known wallets have 1 to 40 kB. */
const MAX_ICON_CHARACTERS = 96 * 1024

/** Only what an img shows without asking any server; SVG in an img runs no script. */
const ICON = /^data:image\/(svg\+xml|png|jpeg|webp|gif|avif)[;,]/

/** EIP-6963: every wallet that announces itself, once each, also those that come later. Anybody on the page can announce: nothing is believed. */
export function discoverWallets(onFound: (wallet: FoundWallet) => void): Unsubscribe {
  const known = new Set<string>()
  const stop = requestProviders((detail: unknown) => {
    const found = parseAnnouncement(detail)
    if (found === null || known.has(found.choice.id) || known.size >= MAX_WALLETS) return
    known.add(found.choice.id)
    onFound(found)
  })
  return stop ?? (() => undefined)
}

/** @internal */
export function parseAnnouncement(detail: unknown): FoundWallet | null {
  if (!isObject(detail) || !isObject(detail['info']) || !isProvider(detail['provider'])) return null
  const { uuid, name, icon } = detail['info']
  if (typeof uuid !== 'string' || uuid === '' || uuid.length > MAX_ID) return null
  const readable = readableName(name)
  if (readable === '') return null
  // A prefix: nobody can announce an id of ours.
  const choice = { id: `announced:${uuid}`, name: readable, icon: iconOf(icon), isTest: false }
  return { choice, provider: detail['provider'] }
}

/** Without what is invisible or turns text around, so that one name cannot pass for another by it. */
function readableName(name: unknown): string {
  if (typeof name !== 'string') return ''
  return name
    .slice(0, 4 * MAX_NAME)
    .replaceAll(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME)
}

function iconOf(icon: unknown): string | null {
  return typeof icon === 'string' && icon.length <= MAX_ICON_CHARACTERS && ICON.test(icon) ? icon : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isProvider(value: unknown): value is WalletProvider {
  return isObject(value) && typeof value['request'] === 'function'
}
