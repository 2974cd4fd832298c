import { describe, expect, it } from 'vitest'
import { type Candidate, composeRun, type RunTerms } from '../../../../../workers/inference/generation/compose-run.ts'
import { FREE, policyOf, REPLAY, WINDOW } from './scheduler-world.ts'

function step(lastRun: number): Candidate {
  return { wish: { kind: 'step', start: 9, end: 10, wantedFrom: 9, whole: false, exact: true }, lastRun }
}

function read(rows: number, lastRun: number, whole = false): Candidate {
  return { wish: { kind: 'read', start: 0, end: rows, wantedFrom: rows, whole, exact: true }, lastRun }
}

function replay(lastRun: number, whole = true): Candidate {
  return { wish: { kind: 'replay', start: 4, end: 36, wantedFrom: 4, whole, exact: true }, lastRun }
}

function terms(options: Partial<RunTerms> = {}): RunTerms {
  return { packing: 'mixed', shape: WINDOW, policy: policyOf(WINDOW), busyReadRows: 8, lastReadRun: 0, ...options }
}

describe('where feeds of any lengths share a run', () => {
  it('everybody who writes is in it, and reads fill it up to their budget', () => {
    expect(composeRun([step(5), read(100, 1), step(5), read(100, 0)], terms())).toEqual({
      steps: [0, 2],
      reads: [{ candidate: 3, end: 8 }],
    })
  })

  it('shares the budget among short reads, in order of their last turn', () => {
    expect(composeRun([step(5), read(3, 2), read(2, 1), read(9, 3)], terms())).toEqual({
      steps: [0],
      reads: [
        { candidate: 2, end: 2 },
        { candidate: 1, end: 3 },
        { candidate: 3, end: 3 },
      ],
    })
  })

  it('reads as much as the device answers correctly while nobody writes', () => {
    expect(composeRun([read(20, 1), read(100, 2)], terms()).reads).toEqual([
      { candidate: 0, end: 20 },
      { candidate: 1, end: 12 },
    ])
  })

  it('lets a read go on even where those who write fill the run', () => {
    const small = { exactness: WINDOW.exactness, prefillChunk: 8 }
    const composition = composeRun([step(1), step(1), step(1), step(1), read(50, 0)], terms({ shape: small }))
    expect(composition).toEqual({ steps: [0, 1, 2, 3], reads: [{ candidate: 4, end: 2 }] })
  })
})

describe('where reads go alone', () => {
  const alone = { packing: 'steps' } as const

  it('puts one read between two steps', () => {
    expect(composeRun([step(4), read(100, 1), step(4)], terms({ ...alone, lastReadRun: 3 }))).toEqual({
      steps: [],
      reads: [{ candidate: 1, end: 8 }],
    })
    expect(composeRun([step(4), read(100, 5), step(4)], terms({ ...alone, lastReadRun: 5 })).steps).toEqual([0, 2])
  })

  it('steps first for one whose prompt was just read', () => {
    expect(composeRun([step(4), step(5), read(100, 1)], terms({ ...alone, lastReadRun: 5 })).steps).toEqual([0, 1])
  })

  it('takes the read that waited longest, but replays before prompts', () => {
    expect(composeRun([read(9, 3), read(9, 2)], terms(alone)).reads).toEqual([{ candidate: 1, end: 9 }])
    expect(composeRun([read(9, 3, true), replay(8)], terms({ shape: REPLAY, policy: policyOf(REPLAY) })).reads).toEqual(
      [{ candidate: 1, end: 36 }],
    )
  })

  it('never cuts a run whose bits depend on the cut, nor lets anything share it', () => {
    expect(
      composeRun(
        [read(16, 1, true), read(16, 2, true)],
        terms({ shape: REPLAY, policy: policyOf(REPLAY), busyReadRows: 4 }),
      ).reads,
    ).toEqual([{ candidate: 0, end: 16 }])
  })
})

it('where nothing shares a run, gives each who writes a turn, then one read', () => {
  const single = { packing: 'single', shape: FREE, policy: policyOf(FREE) } as const
  const candidates = (runs: [number, number, number]) => [step(runs[0]), step(runs[1]), read(40, runs[2])]
  expect(composeRun(candidates([1, 2, 3]), terms({ ...single, lastReadRun: 3 })).steps).toEqual([0])
  expect(composeRun(candidates([4, 2, 3]), terms({ ...single, lastReadRun: 3 })).steps).toEqual([1])
  expect(composeRun(candidates([4, 5, 3]), terms({ ...single, lastReadRun: 3 }))).toEqual({
    steps: [],
    reads: [{ candidate: 2, end: 8 }],
  })
})
