import { CodedError } from '../protocol/errors.ts'
import type { Clock } from './ports.ts'

/** The promise's outcome, or `network/deadline` after `timeoutMs`. The promise itself is not cancelled: its owner closes the stream. */
export async function withDeadline<T>(
  clock: Pick<Clock, 'after'>,
  timeoutMs: number,
  what: string,
  promise: Promise<T>,
): Promise<T> {
  let cancel = (): void => {}
  const timeout = new Promise<never>((_resolve, rejectPromise) => {
    cancel = clock.after(timeoutMs, () => {
      rejectPromise(
        new CodedError({
          code: 'network/deadline',
          message: `The other side did not send its ${what} in time.`,
          nextStep: 'Nothing to do: another peer is asked instead.',
        }),
      )
    })
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    cancel()
  }
}
