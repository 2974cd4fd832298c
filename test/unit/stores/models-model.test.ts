import { describe, expect, test } from 'vitest'
import type { ModelEntry } from '../../../src/participant/ports.ts'
import { foldModels, INITIAL_MODELS, type ModelsModel, type Transfer } from '../../../src/stores/models-model.ts'

const DEVICE = { kind: 'wasm', memoryBytes: null } as const
const ENTRY: ModelEntry = {
  ref: 'a',
  modelRoot: null,
  name: 'A q8',
  license: 'mit',
  precision: 'q8',
  contextTokens: 512,
  cache: { layers: 1, keyValueHeads: 1, headDimension: 8 },
  totalBytes: 1_000,
  origin: { kind: 'page' },
  status: { state: 'absent' },
  lastUsedAtMs: null,
}

function listed(model: ModelsModel, ...entries: ModelEntry[]): ModelsModel {
  return foldModels(model, { type: 'listed', entries, device: DEVICE, usedRoot: 'root-b' })
}

function moved(model: ModelsModel, ref: string, transfer: Transfer | null): ModelsModel {
  return foldModels(model, { type: 'transfer', ref, transfer })
}

const OTHER = { ...ENTRY, ref: 'b', modelRoot: 'root-b' }
const DOWNLOADING = { state: 'downloading', haveBytes: 10, totalBytes: 1_000 } as const

describe('the list of models', () => {
  test('is unknown until the disk was looked through', () => {
    expect(INITIAL_MODELS.models).toBeNull()
    expect(moved(INITIAL_MODELS, 'a', DOWNLOADING).models).toBeNull()
  })

  test('says of each whether it fits and which one is in use', () => {
    const { models } = listed(INITIAL_MODELS, ENTRY, OTHER)
    expect(models?.map(({ fit, isInUse }) => [fit.state, isInUse])).toEqual([
      ['fits', false],
      ['fits', true],
    ])
  })

  test('keeps what is under way when it is listed again', () => {
    const before = moved(listed(INITIAL_MODELS, ENTRY, OTHER), 'a', DOWNLOADING)
    const { models } = listed(before, OTHER, ENTRY)
    expect(models?.map(({ ref, transfer }) => [ref, transfer])).toEqual([
      ['b', null],
      ['a', DOWNLOADING],
    ])
  })
})

test('progress does not take a pause back; its end does', () => {
  const pausing = moved(listed(INITIAL_MODELS, ENTRY), 'a', { state: 'pausing' })
  expect(moved(pausing, 'a', DOWNLOADING)).toEqual(pausing)
  expect(moved(pausing, 'a', null).models?.[0]?.transfer).toBeNull()
})

test('adding and settings are what was said last', () => {
  const settings = { bytesPerSecond: 1, bytesPerMonth: null, evenWhenSavingData: true }
  const adding = { state: 'added', name: 'A q8' } as const
  const model = foldModels(foldModels(INITIAL_MODELS, { type: 'adding', adding }), {
    type: 'settings',
    settings,
    usedBytes: 5,
  })
  expect(model).toMatchObject({ adding, settings, usedBytes: 5 })
})
