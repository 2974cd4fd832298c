import { CodedError } from '../../../src/protocol/errors.ts'

type Facts = Record<string, string | number>

/** The bytes are not what their name says: damaged, cut short, or another format. `found` is one plain sentence. */
export function unreadable(found: string, details: Facts = {}, cause?: unknown): CodedError {
  return new CodedError(
    {
      code: 'engine/model-unreadable',
      message: `This model file cannot be read: ${found}`,
      nextStep: 'Delete the model and download it again; if it happens again, the published file itself is damaged.',
      details,
    },
    { cause },
  )
}

/** The bytes are sound, but ask for something that this engine does not do. `found` is one plain sentence. */
export function unsupported(found: string, details: Facts = {}, cause?: unknown): CodedError {
  return new CodedError(
    {
      code: 'engine/model-unsupported',
      message: `This model cannot be run here: ${found}`,
      nextStep: 'Choose another model from the list.',
      details,
    },
    { cause },
  )
}
