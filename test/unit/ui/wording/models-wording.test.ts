import { expect, test } from 'vitest'
import {
  fitInWords,
  inBytes,
  originInWords,
  progressInWords,
  statusInWords,
  usedInWords,
} from '../../../../src/ui/wording/models-wording.ts'

test('sizes are in the unit that a person would use', () => {
  expect([inBytes(8_842_632), inBytes(1_692_000_000)]).toEqual(['8.8 MB', '1.7 GB'])
})

test('what does not fit says why', () => {
  expect(fitInWords({ fit: { state: 'fits', memoryBytes: 2e8 } })).toContain('200.0 MB')
  expect(fitInWords({ fit: { state: 'tight', memoryBytes: 5e9 } })).toContain('Close what you do not need')
  expect(fitInWords({ fit: { state: 'too-large', memoryBytes: 9e9 } })).toContain('9.0 GB')
  expect(fitInWords({ fit: { state: 'other-device', runsOn: ['webgpu-f16'] } })).toContain('half precision')
})

test('who vouches for the bytes is never left out', () => {
  const hub = { kind: 'hub', repo: 'owner/name', revision: 'abcdef0123'.repeat(4) } as const
  expect(originInWords({ origin: { kind: 'page' } })).toContain('pins every byte')
  expect(originInWords({ origin: { ...hub, pinnedBy: 'catalogue' } })).toBe(
    'From owner/name at abcdef01. This page pins every byte of it.',
  )
  expect(originInWords({ origin: { ...hub, pinnedBy: 'first-use' } })).toContain('nobody else has checked them')
})

test('running numbers are kept out of what is read out', () => {
  const status = { state: 'partial', haveBytes: 4e6, totalBytes: 9e6 } as const
  const at = (haveBytes: number) => ({ state: 'downloading', haveBytes, totalBytes: 9e6 }) as const
  expect(statusInWords({ status, transfer: at(5e6) })).toBe(statusInWords({ status, transfer: at(6e6) }))
  expect(statusInWords({ status, transfer: null })).toBe('Paused at 4.0 of 9.0 MB')
  expect(statusInWords({ status, transfer: { state: 'pausing' } })).toBe('Pausing')
  expect(progressInWords(at(5e6))).toBe('5.0 of 9.0 MB')
  expect(progressInWords(at(9e6))).toContain('hashes')
})

test('data used is told against its cap', () => {
  expect(usedInWords(812e6, null)).toBe('812.0 MB downloaded in 30 days')
  expect(usedInWords(812e6, 5e9)).toContain('of 5.0 GB allowed')
})
