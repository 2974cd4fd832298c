import { describe, expect, it } from 'vitest'
import { parseSchedstat, processCpu } from '../../../../tools/bench/process-cpu.ts'

describe('processor time', () => {
  it('is the first number, in nanoseconds', () => {
    expect(parseSchedstat('786193000 12 1\n')).toBe(786.193)
    expect(parseSchedstat('')).toBe(0)
  })

  it("is the sum of all threads, none of which is a page's worker here", async () => {
    const spent = await processCpu(process.pid)
    if (process.platform !== 'linux') return expect(spent).toBeNull()
    expect(spent?.workersMs).toBe(0)
    expect(spent?.processMs).toBeGreaterThan(0)
  })

  it('is unknown for a process that is not there', async () => {
    expect(await processCpu(0x7fff_fff0)).toBeNull()
  })
})
