import type { ModelOnDevice } from '../../stores/index.ts'

/** What the next start would download. Nothing is claimed before the store has looked. */
export function missingBytesOf(model: ModelOnDevice | null): number | null {
  if (model === null) return null
  switch (model.status.state) {
    case 'absent':
      return model.totalBytes
    case 'partial':
      return model.status.totalBytes - model.status.haveBytes
    case 'complete':
      return 0
    default:
      return model.status satisfies never
  }
}
