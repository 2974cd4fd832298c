import { describe, expect, it } from 'vitest'
import { missingBytesOf } from '../../../src/ui/contribute/missing-bytes.ts'

describe('what a start would download', () => {
  it('is the whole model, the rest of it, or nothing', () => {
    const model = { name: 'Stories', totalBytes: 10 }
    expect(missingBytesOf({ ...model, status: { state: 'absent' } })).toBe(10)
    expect(missingBytesOf({ ...model, status: { state: 'partial', haveBytes: 4, totalBytes: 10 } })).toBe(6)
    expect(missingBytesOf({ ...model, status: { state: 'complete', totalBytes: 10 } })).toBe(0)
  })

  it('is unknown before anybody looked', () => {
    expect(missingBytesOf(null)).toBeNull()
  })
})
