/** The table "Who may import whom" of ARCHITECTURE.md, as data. A layer may always import itself. */
export interface Layer {
  /** Folder, or single file, relative to the repository root. The longest match owns a file. */
  path: string
  /** Layers it may import freely. */
  imports: string[]
  /** Layers of which it may import types only. */
  types: string[]
  /** Layers whose files it may name as `?worker&url`: it starts them and never sees their code. */
  starts?: string[]
  /** Packages it may import, by name; a trailing `/` means the whole scope. `*` means any. */
  packages: string[]
}

const pure = ['@noble/', 'cborg', 'valibot']
const libp2p = ['libp2p', '@libp2p/', '@multiformats/', ...pure]
const messages = ['src/engine/messages.ts', 'src/platform/timer-messages.ts']
const adapters = ['src/engine', 'src/network', 'src/beacon', 'src/wallet', 'src/storage', 'src/platform']
const programs = [
  'services/secret-file',
  'services/relay',
  'services/beacon',
  'services/chain',
  'services/devnet',
  'tools',
]

export const LAYERS: Layer[] = [
  { path: 'src/protocol', imports: [], types: [], packages: [...pure, 'viem'] },
  { path: 'src/participant', imports: ['src/protocol'], types: [], packages: pure },

  // What crosses a thread, alone in a file, so that both sides of the thread can see it and nothing else.
  { path: 'src/engine/messages.ts', imports: ['src/protocol'], types: ['src/participant'], packages: pure },
  { path: 'src/platform/timer-messages.ts', imports: [], types: [], packages: [] },

  adapter('src/engine', [], ['src/engine/messages.ts']),
  adapter('src/network', libp2p),
  adapter('src/beacon', pure),
  adapter('src/wallet', ['viem', 'mipd', 'idb', ...pure]),
  adapter('src/storage', ['idb', ...pure]),
  adapter('src/platform', [], ['src/platform/timer-messages.ts']),

  { path: 'workers', imports: [], types: ['src/platform/timer-messages.ts'], packages: [] },
  // Strangers' templates: it sees nothing of ours.
  { path: 'workers/template', imports: [], types: [], packages: ['@huggingface/jinja'] },
  {
    path: 'workers/inference',
    imports: ['src/protocol', 'src/engine/messages.ts', 'workers/template'],
    types: [],
    starts: ['workers/template'],
    packages: ['onnxruntime-web', '@huggingface/tokenizers', 'hash-wasm', 'pbf', ...pure],
  },

  { path: 'src/stores', imports: ['src/protocol'], types: ['src/participant'], packages: ['zustand/vanilla'] },
  { path: 'src/ui', imports: ['src/stores'], types: ['src/protocol'], packages: ['react', 'react-dom', 'zustand'] },
  {
    // The composition root of the page.
    path: 'src',
    imports: ['src/protocol', 'src/participant', ...adapters, 'src/stores', 'src/ui'],
    types: [],
    starts: ['workers', 'workers/inference'],
    packages: ['react', 'react-dom', 'valibot'],
  },

  { path: 'services/secret-file', imports: [], types: [], packages: ['node:'] },
  {
    path: 'services/relay',
    imports: ['src/protocol', 'src/participant', 'src/network', 'services/secret-file'],
    types: [],
    packages: [...libp2p, 'prom-client', 'node:'],
  },
  {
    path: 'services/beacon',
    imports: ['src/protocol', 'src/beacon', 'services/secret-file'],
    types: ['src/participant'],
    packages: ['node:'],
  },
  {
    path: 'services/chain',
    imports: ['src/protocol', 'src/wallet'],
    types: ['src/participant'],
    packages: ['viem', 'valibot', '@noble/', 'node:'],
  },
  {
    path: 'services/devnet',
    imports: ['src/protocol', 'services/relay', 'services/beacon', 'services/chain'],
    types: ['src/participant'],
    packages: ['@multiformats/multiaddr', 'sirv', 'vite', 'node:'],
  },
  { path: 'simulation', imports: ['src/protocol'], types: [], packages: [...pure, 'node:'] },
  {
    path: 'tools',
    imports: [
      'src/protocol',
      'src/participant',
      'src/storage',
      'src/engine',
      'src/engine/messages.ts',
      'src/network',
      'src/wallet',
      'workers/inference',
      'services/relay',
      'services/chain',
      'services/devnet',
    ],
    types: [],
    packages: ['*'],
  },
  {
    path: 'test',
    imports: [
      'src',
      'src/protocol',
      'src/participant',
      ...messages,
      ...adapters,
      'src/stores',
      'src/ui',
      'workers',
      'workers/inference',
      'workers/template',
      'simulation',
      ...programs,
    ],
    types: [],
    packages: ['*'],
  },
]

/** Adapters see the protocol, the types of the ports they implement and their own library, never each other. */
function adapter(path: string, packages: string[], own: string[] = []): Layer {
  return { path, imports: ['src/protocol', ...own], types: ['src/participant'], packages }
}

export function layerOf(file: string): Layer | null {
  const owners = LAYERS.filter(({ path }) => file === path || file.startsWith(`${path}/`))
  return owners.toSorted((a, b) => b.path.length - a.path.length)[0] ?? null
}
