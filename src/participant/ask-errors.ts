import { CodedError, type ErrorData } from '../protocol/errors.ts'

export const PROMPT_EMPTY: ErrorData = {
  code: 'job/prompt-empty',
  message: 'There is nothing to answer yet.',
  nextStep: 'Write the beginning of a story and ask again.',
}

export const STOPPED: ErrorData = {
  code: 'job/aborted',
  message: 'Stopped before anybody had begun to answer.',
  nextStep: 'Ask again whenever you like.',
}

export const STOPPED_HALFWAY: ErrorData = {
  code: 'job/aborted',
  message: 'Stopped after one provider had gone away and before another went on, so nobody has signed a receipt.',
  nextStep: 'Ask again for a whole answer.',
}

export function promptTooLong(tokens: number, contextTokens: number): CodedError {
  return new CodedError({
    code: 'job/prompt-too-long',
    message: `The prompt is ${tokens} tokens long; this model reads at most ${contextTokens - 1}.`,
    nextStep: 'Shorten the prompt and ask again.',
    details: { tokens, contextTokens },
  })
}
