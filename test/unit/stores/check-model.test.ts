import { describe, expect, it } from 'vitest'
import { CHECKS_KEPT, type CheckInput, foldCheck, INITIAL_CHECK } from '../../../src/stores/check-model.ts'

function imported(id: string): CheckInput {
  return { type: 'imported', id, fileName: `${id}.json` }
}

describe('the check model', () => {
  it('puts the newest file first, being read', () => {
    const { checks } = [imported('a'), imported('b')].reduce(foldCheck, INITIAL_CHECK)
    expect(checks.map((check) => check.fileName)).toEqual(['b.json', 'a.json'])
    expect(checks[0]?.state).toEqual({ state: 'reading' })
  })

  it('changes the check that a state names and no other', () => {
    const inputs: CheckInput[] = [
      imported('a'),
      imported('b'),
      { type: 'state', id: 'a', state: { state: 'checking' } },
    ]
    const { checks } = inputs.reduce(foldCheck, INITIAL_CHECK)
    expect(checks.map((check) => check.state.state)).toEqual(['reading', 'checking'])
  })

  it('keeps no more checks than a screen lists', () => {
    const inputs = Array.from({ length: CHECKS_KEPT + 3 }, (_, i) => imported(`c${i}`))
    const { checks } = inputs.reduce(foldCheck, INITIAL_CHECK)
    expect(checks).toHaveLength(CHECKS_KEPT)
    expect(checks[0]?.id).toBe(`c${CHECKS_KEPT + 2}`)
  })
})
