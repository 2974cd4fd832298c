import { describe, expect, it } from 'vitest'
import { type ArmTurn, compareArms, gapsOf, pairTurns } from '../../../../../tools/bench/statistics/compare-arms.ts'

/** A turn of one answer whose tokens come `gapMs` apart. */
function turn(
  arm: string,
  block: number,
  gapMs: number,
  ids = [1, 2, 3, 4, 5],
  workersMs: number | null = null,
): ArmTurn {
  const cpu = workersMs === null ? null : { tokens: ids.length - 1, workersMs, processMs: 2 * workersMs }
  return { arm, block, answers: [{ ids, arrivalsMs: ids.map((_, i) => 100 + i * gapMs), cpu }] }
}

const OPTIONS = { reference: 'A', rate: 'decode', warmUpBlocks: 0 } as const

describe('compareArms', () => {
  it('compares tokens per second block by block', () => {
    const turns = [0, 1, 2].flatMap((block) => [turn('A', block, 10 * (block + 1)), turn('C', block, 5 * (block + 1))])
    const [a, c] = compareArms(turns, OPTIONS)
    expect(a?.ratio).toEqual({ value: 1, low: 1, high: 1 })
    expect(c?.ratio).toEqual({ value: 2, low: 2, high: 2 })
    expect(c?.tokensPerSecond?.value).toBeCloseTo(100)
    expect(c?.firstTokenMs).toBe(100)
  })

  it('counts nothing of a block whose tokens differ from the reference', () => {
    const turns = [0, 1].flatMap((block) => [
      turn('A', block, 10),
      turn('C', block, block === 0 ? 5 : 1, [1, 2, 3, 4, 5 + block]),
    ])
    const [, c] = compareArms(turns, OPTIONS)
    expect(c).toMatchObject({ blocks: 1, voidBlocks: 1, ratio: { value: 2, low: 2, high: 2 } })
  })

  it('calls an answer that ended early another one', () => {
    const [, c] = compareArms([turn('A', 0, 10), turn('C', 0, 5, [1, 2, 3])], OPTIONS)
    expect(c).toMatchObject({ blocks: 0, voidBlocks: 1, ratio: null, tokensPerSecond: null })
  })

  it('throws the warm-up away', () => {
    const turns = [0, 1, 2].flatMap((block) => [turn('A', block, 10), turn('C', block, block < 2 ? 100 : 5)])
    const [, c] = compareArms(turns, { ...OPTIONS, warmUpBlocks: 2 })
    expect(c).toMatchObject({ blocks: 1, ratio: { value: 2 } })
  })

  it('counts what several answers gave together, prompts included', () => {
    const ids = [1, 2]
    const both: ArmTurn = {
      arm: 'A',
      block: 0,
      answers: [
        { ids, arrivalsMs: [500, 600], cpu: null },
        { ids, arrivalsMs: [900, 1_000], cpu: null },
      ],
    }
    expect(compareArms([both], { ...OPTIONS, rate: 'whole' })[0]?.tokensPerSecond?.value).toBe(4)
  })

  it('divides processor time by tokens, and says nothing where none was read', () => {
    const [a, b, c] = compareArms(
      [turn('A', 0, 10, undefined, 40), turn('B', 0, 10, undefined, 4), turn('C', 0, 10)],
      OPTIONS,
    )
    expect(a).toMatchObject({ workerMsPerToken: 10, processMsPerToken: 20 })
    expect(b).toMatchObject({ workerMsPerToken: 1, workerRatio: { value: 0.1 }, processRatio: { value: 0.1 } })
    expect(c).toMatchObject({ workerMsPerToken: null, workerRatio: null })
  })

  it('refuses a reference that never ran', () => {
    expect(() => pairTurns([turn('C', 0, 5)], OPTIONS)).toThrow('A never ran')
  })
})

describe('gapsOf', () => {
  it('is every wait but the one for the first token', () => {
    expect(gapsOf(turn('A', 0, 7, [1, 2, 3]))).toEqual([7, 7])
  })
})
