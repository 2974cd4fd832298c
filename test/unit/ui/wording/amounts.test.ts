import { describe, expect, it } from 'vitest'
import {
  inCount,
  inDifference,
  inMegabytes,
  inRate,
  inSeconds,
  megabytesOf,
} from '../../../../src/ui/wording/amounts.ts'

describe('amounts in words', () => {
  it('counts one as one and groups thousands', () => {
    expect([inCount(1, 'token'), inCount(0, 'token'), inCount(12_345, 'token')]).toEqual([
      '1 token',
      '0 tokens',
      '12,345 tokens',
    ])
    expect(inCount(2, 'segment hash', 'segment hashes')).toBe('2 segment hashes')
  })

  it('shows bytes as decimal megabytes', () => {
    expect(inMegabytes(7_640_000)).toBe('7.6 MB')
    expect(megabytesOf(0, 7_640_000)).toBe('0.0 of 7.6 MB')
  })

  it('shows a slow rate with a digit, and rest as plain zero', () => {
    expect([inRate(0), inRate(3.14), inRate(83.4)]).toEqual(['0', '3.1', '83'])
  })

  it('shows differences of any size, and says when there is none to show', () => {
    expect([inDifference(0), inDifference(9.5e-7), inDifference(0.0731), inDifference(Number.NaN)]).toEqual([
      '0',
      '9.5e-7',
      '0.073',
      'not a number',
    ])
  })

  it('shows milliseconds as seconds', () => {
    expect(inSeconds(412)).toBe('0.4 s')
  })
})
