import type { AskEvent, AskState, BundleCheckState, RejectedAttempt } from '../participant/events.ts'
import type { AnswerPayment } from '../participant/money-events.ts'

/** What a person chooses for one answer. */
export interface AskSettings {
  /** Thousandths; 0 always takes the likeliest token. */
  temperatureMilli: number
  maxTokens: number
  /** What it may cost at most, in the token's smallest unit; null: nothing. */
  payment: { maxAmount: bigint } | null
}

export interface Answer {
  id: string
  prompt: string
  settings: AskSettings
  /** Provisional until `state` is `accepted`. */
  text: string
  state: AskState
  rejected: readonly RejectedAttempt[]
  /** Unix milliseconds. */
  startedAt: number
  /** From asking to the first text; null before it. */
  firstTokenMs: number | null
  /** From asking to the end; null before it. */
  elapsedMs: number | null
  /** What it has cost by its last voucher; null before there was one. */
  payment: AnswerPayment | null
  /** The person pressed Stop and the answer has not ended yet. */
  stopping: boolean
  /** A repeated check of the accepted answer, once somebody asked for one. */
  recheck: BundleCheckState | null
}

export interface AskModel {
  /** Newest first. */
  answers: readonly Answer[]
}

export type AskInput =
  | { type: 'asked'; id: string; prompt: string; settings: AskSettings; at: number }
  | { type: 'event'; id: string; at: number; event: AskEvent }
  | { type: 'stopping'; id: string }
  | { type: 'recheck'; id: string; check: BundleCheckState }
  | { type: 'removed'; id: string }

export const INITIAL_ASK: AskModel = { answers: [] }

export function foldAsk(model: AskModel, input: AskInput): AskModel {
  switch (input.type) {
    case 'asked':
      return { answers: [newAnswer(input), ...model.answers] }
    case 'event':
      return change(model, input.id, (answer) => foldEvent(answer, input.event, input.at))
    case 'stopping':
      return change(model, input.id, (answer) => ({ ...answer, stopping: !isEnded(answer.state) }))
    case 'recheck':
      return change(model, input.id, (answer) => ({ ...answer, recheck: input.check }))
    case 'removed':
      return { answers: model.answers.filter((answer) => answer.id !== input.id) }
    default:
      return input satisfies never
  }
}

/** True when nothing more can come: the answer was accepted or has failed. */
export function isEnded(state: AskState): boolean {
  return state.state === 'accepted' || state.state === 'failed'
}

function newAnswer(input: Extract<AskInput, { type: 'asked' }>): Answer {
  return {
    id: input.id,
    prompt: input.prompt,
    settings: input.settings,
    text: '',
    state: { state: 'finding', since: input.at, reason: 'Looking for somebody who contributes this model.' },
    rejected: [],
    startedAt: input.at,
    firstTokenMs: null,
    elapsedMs: null,
    payment: null,
    stopping: false,
    recheck: null,
  }
}

function change(model: AskModel, id: string, next: (answer: Answer) => Answer): AskModel {
  return { answers: model.answers.map((answer) => (answer.id === id ? next(answer) : answer)) }
}

function foldEvent(answer: Answer, event: AskEvent, at: number): Answer {
  switch (event.type) {
    case 'state':
      if (!isEnded(event.state)) return { ...answer, state: event.state }
      return { ...answer, state: event.state, stopping: false, elapsedMs: answer.elapsedMs ?? at - answer.startedAt }
    case 'text': {
      const isFirst = answer.firstTokenMs === null && event.text.length > 0
      return { ...answer, text: event.text, firstTokenMs: isFirst ? at - answer.startedAt : answer.firstTokenMs }
    }
    case 'rejected':
      return { ...answer, rejected: [...answer.rejected, event.attempt] }
    case 'payment':
      return { ...answer, payment: event.payment }
    default:
      return event satisfies never
  }
}
