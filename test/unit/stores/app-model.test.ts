import { describe, expect, it } from 'vitest'
import { type AppInput, foldApp, INITIAL_APP, type Notice } from '../../../src/stores/app-model.ts'

function failure(message: string): Notice {
  return { kind: 'failure', error: { code: 'storage/unavailable', message, nextStep: 'n' } }
}

function folded(...inputs: AppInput[]) {
  return inputs.reduce(foldApp, INITIAL_APP)
}

describe('the app model', () => {
  it('shows one notice of each kind, the latest', () => {
    const { notices } = folded(
      { type: 'notice', notice: failure('first') },
      { type: 'notice', notice: { kind: 'no-webgpu' } },
      { type: 'notice', notice: failure('second') },
    )
    expect(notices).toEqual([{ kind: 'no-webgpu' }, failure('second')])
  })

  it('keeps the version of its limits through everything else', () => {
    const { thresholds } = folded(
      { type: 'thresholds', version: 'ab' },
      { type: 'notice', notice: { kind: 'relay-unreachable' } },
      { type: 'dismissed', kind: 'relay-unreachable' },
      { type: 'resolved', kind: 'relay-unreachable' },
    )
    expect(thresholds).toBe('ab')
  })

  it('does not bring back what the person closed', () => {
    const { notices } = folded(
      { type: 'notice', notice: { kind: 'no-webgpu' } },
      { type: 'dismissed', kind: 'no-webgpu' },
      { type: 'notice', notice: { kind: 'no-webgpu' } },
    )
    expect(notices).toEqual([])
  })

  it('shows a condition again that was closed, has gone and came back', () => {
    const { notices } = folded(
      { type: 'notice', notice: { kind: 'relay-unreachable' } },
      { type: 'dismissed', kind: 'relay-unreachable' },
      { type: 'resolved', kind: 'relay-unreachable' },
      { type: 'notice', notice: { kind: 'relay-unreachable' } },
    )
    expect(notices).toEqual([{ kind: 'relay-unreachable' }])
  })

  it('shows every failure, also after one was closed', () => {
    const { notices } = folded(
      { type: 'notice', notice: failure('first') },
      { type: 'dismissed', kind: 'failure' },
      { type: 'notice', notice: failure('second') },
    )
    expect(notices).toEqual([failure('second')])
  })
})
