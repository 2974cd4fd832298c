import { chooseToken } from '../../../../src/protocol/sampling/token-rule.ts'
import type {
  Feed,
  FeedAnswers,
  ResidentDecoder,
  ResidentRow,
  ResidentStep,
} from '../../../../workers/inference/session/slot-decoder.ts'

export interface ToyResidentOptions {
  /** Of eight guesses, how many are wrong. */
  errors: number
  vocabularySize: number
  feedOne: (feed: Feed, company: number) => FeedAnswers
  exclusively: <T>(work: () => Promise<T> | T) => Promise<T>
}

/** Steps ahead by the rule itself, except that some guesses are wrong: those the host must refuse. */
export function createToyResident({
  errors,
  vocabularySize,
  feedOne,
  exclusively,
}: ToyResidentOptions): ResidentDecoder {
  let guesses = 0

  function ahead(row: ResidentRow, steps: number, company: number): ResidentStep[] {
    const ids = [...row.ids]
    const width = row.ids.length
    return Array.from({ length: steps }, (_, step) => {
      const feed = {
        slot: row.slot,
        start: row.start + step,
        ids: ids.slice(-width),
        wantedFrom: width - 1,
        wantedCount: 1,
      }
      const answers = feedOne(feed, company)
      const logits = answers.logits(0)
      const right = chooseToken(logits, row.sampler, row.noise, row.position + step)
      guesses += 1
      const id = guesses % 8 < errors ? (right + 1) % vocabularySize : right
      ids.push(id)
      const order = [...logits.keys()].toSorted((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b)
      return {
        id,
        candidateIds: Int32Array.from(order),
        candidateLogits: Float32Array.from(order, (candidate) => logits[candidate] ?? 0),
        row: answers.row(0),
      }
    })
  }

  return {
    maxSteps: 8,
    runAhead: (rows, steps) =>
      exclusively(() => {
        if (steps < 1 || steps > 8) throw new Error(`${steps} steps at once`)
        return rows.map((row) => ahead(row, steps, rows.length))
      }),
  }
}
