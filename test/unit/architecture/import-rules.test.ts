import { describe, expect, test } from 'vitest'
import { violations } from './import-rules.ts'
import { LAYERS, layerOf } from './layers.ts'
import { filesUnder, parse, readSource } from './source-file.ts'

const CODE = /(?<!\.d)\.tsx?$/
const FOLDERS = ['src', 'workers', 'services', 'simulation', 'tools', 'test']
const files = FOLDERS.flatMap((folder) => filesUnder(folder, CODE)).map(readSource)

test('every import follows the table of layers', () => {
  expect(files.flatMap(violations)).toEqual([])
})

test.each(LAYERS)('the layer $path has files to judge', ({ path }) => {
  expect(files.filter((file) => layerOf(file.path)?.path === path)).not.toEqual([])
})

describe('the table forbids', () => {
  const forbidden: [path: string, code: string, sentence: string][] = [
    ['src/protocol/a.ts', "import { b } from '../network/b.ts'", 'src/protocol may not import src/network'],
    [
      'src/protocol/a.ts',
      "import type { B } from '../participant/b.ts'",
      'src/protocol may not import src/participant',
    ],
    ['src/protocol/a.ts', "import { readFile } from 'node:fs'", 'may not import the package "node:fs"'],
    ['src/participant/a.ts', "await import('../engine/b.ts')", 'src/participant may not import src/engine'],
    ['src/network/a.ts', "export * from '../wallet/b.ts'", 'src/network may not import src/wallet'],
    ['src/network/a.ts', "import { b } from '../participant/ports.ts'", 'only types of src/participant'],
    ['src/network/a.ts', "import { type B, c } from '../participant/ports.ts'", 'only types of src/participant'],
    ['src/ui/a.tsx', "import '../network/b.ts'", 'src/ui may not import src/network'],
    ['src/ui/a.tsx', "import { b } from '../protocol/b.ts'", 'only types of src/protocol'],
    ['src/ui/a.tsx', "import { createPublicClient } from 'viem'", 'may not import the package "viem"'],
    ['src/stores/a.ts', "import { useState } from 'react'", 'may not import the package "react"'],
    ['workers/inference/a.ts', "import { b } from '../../src/engine/b.ts'", 'may not import src/engine'],
    ['services/relay/a.ts', "import { b } from '../../src/ui/b.ts'", 'may not import src/ui'],
    ['simulation/a.ts', "import { b } from '../src/network/b.ts'", 'simulation may not import src/network'],
    ['src/main.ts', "import { b } from '../workers/inference/b.ts'", 'src may not import workers/inference'],
    ['src/ui/a.ts', "import b from '../../workers/timer.ts?worker&url'", 'src/ui may not import workers'],
    ['src/main.ts', "import { b } from './ui/b'", 'lacks its file extension'],
    ['elsewhere/a.ts', '', 'belongs to no layer'],
  ]

  test.each(forbidden)('in %s: %s', (path, code, sentence) => {
    const found = violations({ path, ...parse(path, code) })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(sentence)
  })
})

test('the table allows what it says', () => {
  const allowed = [
    ['src/ui/a.tsx', "import type { B } from '../protocol/b.ts'"],
    ['src/network/a.ts', "import { type B, type C } from '../participant/ports.ts'"],
    ['workers/inference/a.ts', "import { b } from '../../src/engine/messages.ts'"],
    ['src/ui/a.tsx', "import './a.css'"],
    ['src/main.tsx', "import { b } from './wallet/b.ts'"],
    ['src/main.tsx', "import b from '../workers/inference/main.ts?worker&url'"],
  ] as const
  expect(allowed.flatMap(([path, code]) => violations({ path, ...parse(path, code) }))).toEqual([])
})
