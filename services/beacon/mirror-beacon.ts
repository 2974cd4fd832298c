import { createDrandBeacon, type DrandBeaconOptions } from '../../src/beacon/drand-beacon.ts'
import { roundAt } from '../../src/protocol/selection/beacon.ts'
import { type BeaconAnswer, type BeaconService, NOT_HERE, questionOf } from './beacon-service.ts'
import { infoAnswer, roundAnswer } from './round-answer.ts'

/** Questions to the other server at once; visitors of one page ask for the same few rounds. */
const MAX_PENDING = 16

const UNAVAILABLE: BeaconAnswer = { status: 503, body: '{"error":"the beacon cannot be reached"}' }

/**
 * Hands on the rounds of another drand server from the page's own origin: visitors need no permission to reach a third party, and the third
 * party does not learn of them. Every round is verified here and again by the page, so who runs this mirror can be silent and cannot lie.
 */
export function mirrorBeacon(options: Omit<DrandBeaconOptions, 'loadSignatures'>): BeaconService {
  const { chain, clock } = options
  const source = createDrandBeacon(options)
  const pending = new Map<number, Promise<BeaconAnswer>>()

  function fetchRound(round: number): Promise<BeaconAnswer> {
    const answer = source
      .round(round)
      .then(roundAnswer, () => UNAVAILABLE)
      .finally(() => pending.delete(round))
    pending.set(round, answer)
    return answer
  }

  return {
    chain,
    answer(method, path) {
      const question = questionOf(chain, method, path)
      switch (question.kind) {
        case 'none':
          return question.answer
        case 'info':
          return infoAnswer(chain)
        case 'round': {
          const { round } = question
          if (round > roundAt(chain, clock.now())) return NOT_HERE
          return pending.get(round) ?? (pending.size < MAX_PENDING ? fetchRound(round) : UNAVAILABLE)
        }
        default:
          return question satisfies never
      }
    },
  }
}
