import type { FinishReason } from '../../protocol/job/job.ts'
import type { Sampler } from '../../protocol/sampling/sampler.ts'

export function finishInWords(finish: FinishReason): string {
  switch (finish) {
    case 'stop':
      return 'The story came to its end.'
    case 'length':
      return 'It reached the length that was asked for.'
    case 'aborted':
      return 'It was stopped by the person who asked.'
    default:
      return finish satisfies never
  }
}

export function samplerInWords({ temperatureMilli, topK, topPMilli }: Sampler): string {
  if (temperatureMilli === 0) return 'Each token is the likeliest one.'
  return `Temperature ${temperatureMilli / 1_000}, top-k ${topK}, top-p ${topPMilli / 1_000}.`
}
