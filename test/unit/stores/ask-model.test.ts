import { describe, expect, it } from 'vitest'
import { type AskInput, type AskModel, foldAsk, INITIAL_ASK } from '../../../src/stores/ask-model.ts'
import type { AskState } from '../../../src/stores/index.ts'

const SETTINGS = { temperatureMilli: 800, maxTokens: 96, payment: null }
const FAILED: AskState = { state: 'failed', error: { code: 'job/aborted', message: 'm', nextStep: 'n' } }

function asked(id: string, at = 1_000): AskInput {
  return { type: 'asked', id, prompt: `prompt of ${id}`, settings: SETTINGS, at }
}

function stateOf(id: string, state: AskState, at = 2_000): AskInput {
  return { type: 'event', id, at, event: { type: 'state', state } }
}

function textOf(id: string, text: string, at: number): AskInput {
  return { type: 'event', id, at, event: { type: 'text', text } }
}

function folded(...inputs: AskInput[]): AskModel {
  return inputs.reduce(foldAsk, INITIAL_ASK)
}

describe('the ask model', () => {
  it('puts a new question first and shows it looking for a provider', () => {
    const { answers } = folded(asked('a'), asked('b'))
    expect(answers.map((answer) => answer.id)).toEqual(['b', 'a'])
    expect(answers[0]).toMatchObject({ state: { state: 'finding', since: 1_000 }, text: '', firstTokenMs: null })
  })

  it('changes the answer that an event names and no other', () => {
    const { answers } = folded(asked('a'), asked('b'), textOf('a', ' lived', 1_500))
    expect(answers.map((answer) => answer.text)).toEqual(['', ' lived'])
  })

  it('ignores events of an answer that was removed', () => {
    expect(folded(asked('a'), { type: 'removed', id: 'a' }, textOf('a', 'late', 9_000)).answers).toEqual([])
  })

  it('measures the first text once, and not from empty text', () => {
    const { answers } = folded(asked('a'), textOf('a', '', 1_100), textOf('a', 'x', 1_400), textOf('a', 'xy', 1_900))
    expect(answers[0]?.firstTokenMs).toBe(400)
  })

  it('replaces text, since a resumed leg may take provisional text back', () => {
    const { answers } = folded(asked('a'), textOf('a', 'long text', 1_100), textOf('a', 'long', 1_200))
    expect(answers[0]?.text).toBe('long')
  })

  it('keeps what the last voucher says an answer has cost', () => {
    const paid = (spent: bigint): AskInput => ({
      type: 'event',
      id: 'a',
      at: 1_100,
      event: {
        type: 'payment',
        payment: {
          kind: 'paid',
          channelId: '0x01',
          price: { perPromptToken: 1n, perToken: 2n },
          spent,
          deposit: 100n,
          maxAmount: 50n,
        },
      },
    })
    expect(folded(asked('a')).answers[0]?.payment).toBeNull()
    expect(folded(asked('a'), paid(3n), paid(7n)).answers[0]?.payment?.spent).toBe(7n)
  })

  it('collects rejected attempts in order', () => {
    const rejected = (code: string): AskInput => ({
      type: 'event',
      id: 'a',
      at: 1_100,
      event: { type: 'rejected', attempt: { peerId: 'p', code, message: 'm', locus: null, bundle: null } },
    })
    const { answers } = folded(asked('a'), rejected('check/token-rule'), rejected('receipt/signature'))
    expect(answers[0]?.rejected.map((attempt) => attempt.code)).toEqual(['check/token-rule', 'receipt/signature'])
  })

  it('says it is stopping until the answer ends, and notes how long it took', () => {
    const stopping = folded(asked('a'), { type: 'stopping', id: 'a' })
    expect(stopping.answers[0]?.stopping).toBe(true)
    const ended = foldAsk(stopping, stateOf('a', FAILED, 3_500))
    expect(ended.answers[0]).toMatchObject({ stopping: false, elapsedMs: 2_500 })
  })

  it('does not say that an ended answer is stopping', () => {
    expect(folded(asked('a'), stateOf('a', FAILED), { type: 'stopping', id: 'a' }).answers[0]?.stopping).toBe(false)
  })

  it('keeps a repeated check beside the answer it repeats', () => {
    const { answers } = folded(asked('a'), stateOf('a', FAILED), {
      type: 'recheck',
      id: 'a',
      check: { state: 'checking' },
    })
    expect(answers[0]).toMatchObject({ state: FAILED, recheck: { state: 'checking' } })
  })
})
