import type { ModelOnDevice } from '../../stores/index.ts'
import { inMegabytes } from './amounts.ts'

/** The model, its size and how much of it is here. */
export function modelInWords({ name, totalBytes, status }: ModelOnDevice): string {
  const whole = `${name}, ${inMegabytes(totalBytes)}`
  switch (status.state) {
    case 'absent':
      return `${whole}, not on this device yet`
    case 'partial':
      return `${whole}, ${inMegabytes(status.totalBytes - status.haveBytes)} of it still to download`
    case 'complete':
      return `${whole}, on this device`
    default:
      return status satisfies never
  }
}
