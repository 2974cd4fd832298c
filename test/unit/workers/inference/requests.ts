import type { CheckOptions, GenerationEvent } from '../../../../src/engine/messages.ts'
import type { CheckReport } from '../../../../src/protocol/evidence/check-report.ts'
import type { Sampler } from '../../../../src/protocol/sampling/sampler.ts'
import { GREEDY } from '../../../../tools/greedy.ts'

export const SAMPLED: Sampler = { temperatureMilli: 900, topK: 40, topPMilli: 950 }
export const SAMPLERS: readonly { name: string; sampler: Sampler }[] = [
  { name: 'greedy', sampler: GREEDY },
  { name: 'sampled', sampler: SAMPLED },
]

export const SEED = Uint8Array.from({ length: 32 }, (_, i) => i * 7 + 1)

/** Ids of no particular meaning, different ones. */
export function someIds(length: number, start = 5): number[] {
  return Array.from({ length }, (_, i) => 300 + ((start + i * 37) % 900))
}

export interface Generated {
  ids: number[]
  rowsHashes: Uint8Array[]
  commitments: Uint8Array[]
  segmentLengths: number[]
  finish: string | null
  /** Output as the provisional events alone give it. */
  streamed: number[]
}

export async function collect(events: AsyncIterable<GenerationEvent>): Promise<Generated> {
  const generated: Generated = {
    ids: [],
    rowsHashes: [],
    commitments: [],
    segmentLengths: [],
    finish: null,
    streamed: [],
  }
  for await (const event of events) {
    switch (event.type) {
      case 'tokens':
        generated.streamed.length = Math.min(generated.streamed.length, event.position)
        generated.streamed[event.position] = event.ids[0] ?? -1
        generated.streamed.push(...event.ids.slice(1))
        break
      case 'segment':
        generated.ids.push(...event.ids)
        generated.rowsHashes.push(event.rowsHash)
        generated.commitments.push(event.commitment)
        generated.segmentLengths.push(event.ids.length)
        break
      case 'finish':
        generated.finish = event.reason
        break
      default:
        event satisfies never
    }
  }
  return generated
}

type Claim = Pick<CheckOptions, 'outputIds' | 'rowsHashes' | 'commitments' | 'probes'>

/** Of a check whose segments do not matter. */
export const NO_EVIDENCE: Omit<Claim, 'outputIds'> = { rowsHashes: [], commitments: [], probes: [] }

/** What a provider says of an answer. */
export function claimOf({
  ids,
  rowsHashes,
  commitments,
}: Pick<Generated, 'ids' | 'rowsHashes' | 'commitments'>): Claim {
  return { outputIds: ids, rowsHashes, commitments, probes: [] }
}

export function rowsEqualIn({ segments }: Pick<CheckReport, 'segments'>): boolean[] {
  return segments.map(({ rowsEqual }) => rowsEqual)
}
