import { describe, expect, test } from 'vitest'
import { type BuildManifest, filesOfPage } from '../../../../tools/test/page-weight.ts'

const MANIFEST: BuildManifest = {
  'index.html': {
    file: 'assets/index.js',
    imports: ['_shared.js'],
    dynamicImports: ['src/network/start.ts'],
    css: ['assets/index.css'],
  },
  '_shared.js': { file: 'assets/shared.js' },
  'src/network/start.ts': {
    file: 'assets/network.js',
    imports: ['_shared.js', '_libp2p.js'],
    dynamicImports: ['src/wallet/start.ts'],
    css: ['assets/network.css'],
  },
  '_libp2p.js': { file: 'assets/libp2p.js' },
  'src/wallet/start.ts': { file: 'assets/wallet.js', imports: ['index.html'] },
}

const HTML = `
  <script type="module" crossorigin src="/assets/index.js"></script>
  <link rel="modulepreload" crossorigin href="/assets/shared.js">
  <link rel="icon" href="/icon.svg">
  <link rel="stylesheet" crossorigin href="/assets/index.css">`

test('what the page loads at once is its scripts, their static imports and its styles', () => {
  const { eager } = filesOfPage(HTML, MANIFEST)
  expect(eager.toSorted()).toEqual(['assets/index.css', 'assets/index.js', 'assets/shared.js', 'index.html'])
})

test('a static import counts even where the page does not preload it', () => {
  const { eager } = filesOfPage('<script type="module" src="/assets/index.js"></script>', MANIFEST)
  expect(eager).toContain('assets/shared.js')
})

test('an import() counts as what it adds, however many steps away', () => {
  const { lazy } = filesOfPage(HTML, MANIFEST)
  expect([...lazy]).toEqual([
    ['src/network/start.ts', ['assets/network.js', 'assets/network.css', 'assets/libp2p.js']],
    ['src/wallet/start.ts', ['assets/wallet.js']],
  ])
})

describe('the weighing fails', () => {
  const page = (html: string, manifest = MANIFEST) => filesOfPage(html, manifest)

  test('on a page without a script', () => {
    expect(() => page('<p>nothing</p>')).toThrow('nothing to weigh')
  })

  test('on a manifest of another build', () => {
    expect(() => page(HTML, {})).toThrow('knows none')
  })

  test('on an inline script', () => {
    expect(() => page(`${HTML}<script type="module">start()</script>`)).toThrow('inline script')
  })
})
