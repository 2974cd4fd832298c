import { describe, expect, it } from 'vitest'
import { CHECKS_KEPT, type CheckInput, foldCheck, INITIAL_CHECK, isOpened } from '../../../src/stores/check-model.ts'

function imported(id: string): CheckInput {
  return { type: 'imported', id, source: { kind: 'file', name: `${id}.json` } }
}

describe('the check model', () => {
  it('puts the newest file first, being read', () => {
    const { checks } = [imported('a'), imported('b')].reduce(foldCheck, INITIAL_CHECK)
    expect(checks.map(({ source }) => source)).toEqual([
      { kind: 'file', name: 'b.json' },
      { kind: 'file', name: 'a.json' },
    ])
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

  it('fetches what a link names before it reads it, and lets it be asked for again only after a failure', () => {
    const link = { peerId: 'ada', hash: 'd1'.repeat(32) }
    const opened = foldCheck(INITIAL_CHECK, { type: 'imported', id: 'a', source: { kind: 'link', ...link } })
    expect(opened.checks[0]?.state).toEqual({ state: 'fetching' })
    expect([isOpened(INITIAL_CHECK, link), isOpened(opened, link)]).toEqual([false, true])
    expect(isOpened(opened, { ...link, peerId: 'bob' })).toBe(false)
    const error = { code: 'evidence/missing', message: 'm', nextStep: 'n' } as const
    const failed = foldCheck(opened, { type: 'state', id: 'a', state: { state: 'invalid', error } })
    expect(isOpened(failed, link)).toBe(false)
  })

  it('keeps no more checks than a screen lists', () => {
    const inputs = Array.from({ length: CHECKS_KEPT + 3 }, (_, i) => imported(`c${i}`))
    const { checks } = inputs.reduce(foldCheck, INITIAL_CHECK)
    expect(checks).toHaveLength(CHECKS_KEPT)
    expect(checks[0]?.id).toBe(`c${CHECKS_KEPT + 2}`)
  })
})
