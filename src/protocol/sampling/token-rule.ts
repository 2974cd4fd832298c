import { exp } from './deterministic-math.ts'
import { gumbel, type NoiseKey } from './noise.ts'
import type { Sampler } from './sampler.ts'

/** What the rule says of a claimed token. `margin` is 0 exactly when the rule chooses it; null outside the kept set, and where it has no finite value. */
export interface ClaimScore {
  chosen: number
  matches: boolean
  margin: number | null
}

interface Candidate {
  id: number
  logit: number
}

/**
 * The token of output position `position` (protocol.md §3): argmax of z + T·g over the kept set.
 * `logits` is one row of length V, f32. Ties go to the larger logit, then to the smaller id. A row without a single number gives −1.
 */
export function chooseToken(logits: Float32Array, sampler: Sampler, key: NoiseKey, position: number): number {
  return best(keptSet(logits, sampler), sampler, key, position).id
}

/**
 * The same token from the largest logits alone: `ids` and `logits` [k] hold, in any order, at least the `topK` largest of a row (the
 * largest one at temperature 0). For devices that read back candidates instead of whole rows.
 */
export function chooseAmong(
  ids: Int32Array,
  logits: Float32Array,
  sampler: Sampler,
  key: NoiseKey,
  position: number,
): number {
  return best(nucleus(largest(logits, keptSize(sampler), ids), sampler), sampler, key, position).id
}

/** Scores a claim by the same rule; `claimed` may be any id a stranger sent. */
export function scoreClaim(
  logits: Float32Array,
  sampler: Sampler,
  key: NoiseKey,
  position: number,
  claimed: number,
): ClaimScore {
  const kept = keptSet(logits, sampler)
  const winner = best(kept, sampler, key, position)
  const matches = winner.id === claimed
  if (matches) return { chosen: winner.id, matches, margin: 0 }
  const claim = sampler.temperatureMilli === 0 ? greedyClaim(logits, claimed) : kept.find((c) => c.id === claimed)
  const margin = claim === undefined ? Number.NaN : winner.score - score(claim, sampler, key, position)
  // A logit of −∞ is as far from the winner as a token outside the set.
  return { chosen: winner.id, matches, margin: Number.isFinite(margin) ? margin : null }
}

/** Every token of the vocabulary has a greedy margin: there is no kept set at temperature 0. */
function greedyClaim(logits: Float32Array, claimed: number): Candidate | undefined {
  const logit = logits[claimed]
  return logit === undefined || Number.isNaN(logit) ? undefined : { id: claimed, logit }
}

/** Top-k by logit, then the shortest prefix that holds top-p of their probability; in descending order. */
function keptSet(logits: Float32Array, sampler: Sampler): Candidate[] {
  return nucleus(largest(logits, keptSize(sampler)), sampler)
}

function keptSize(sampler: Sampler): number {
  return sampler.temperatureMilli === 0 ? 1 : sampler.topK
}

function nucleus(top: Candidate[], sampler: Sampler): Candidate[] {
  if (sampler.topPMilli === 1_000 || top.length <= 1) return top
  const peak = top[0]?.logit ?? 0
  const weights = top.map((c) => exp(((c.logit - peak) * 1_000) / sampler.temperatureMilli))
  const wanted = (weights.reduce((sum, w) => sum + w, 0) * sampler.topPMilli) / 1_000
  let sum = 0
  for (const [i, weight] of weights.entries()) {
    sum += weight
    if (sum >= wanted) return top.slice(0, i + 1)
  }
  return top
}

function best(kept: Candidate[], sampler: Sampler, key: NoiseKey, position: number): { id: number; score: number } {
  let winner = { id: -1, score: Number.NEGATIVE_INFINITY }
  for (const candidate of kept) {
    const candidateScore = score(candidate, sampler, key, position)
    if (candidateScore > winner.score) winner = { id: candidate.id, score: candidateScore }
  }
  return winner
}

function score(candidate: Candidate, sampler: Sampler, key: NoiseKey, position: number): number {
  if (sampler.temperatureMilli === 0) return candidate.logit
  return candidate.logit + (sampler.temperatureMilli / 1_000) * gumbel(key, position, candidate.id)
}

/**
 * The `size` largest logits, descending, equal ones by ascending id; NaN is never kept. `ids` names them where their index does not.
 * One pass, insertion into a short list, in plain numbers: a check does this for every row of an answer.
 */
function largest(logits: Float32Array, size: number, ids: Int32Array | null = null): Candidate[] {
  const kept = new Float32Array(size)
  const names = new Int32Array(size)
  let count = 0
  // The smallest of a full list.
  let least = Number.NEGATIVE_INFINITY
  for (let index = nextOf(logits, 0, least); index < logits.length; index = nextOf(logits, index + 1, least)) {
    const logit = logits[index] as number
    const id = ids === null ? index : (ids[index] as number)
    let at = count
    while (at > 0 && precedes(logit, id, kept[at - 1] as number, names[at - 1] as number)) at--
    if (at === size) continue
    for (let i = Math.min(count, size - 1); i > at; i--) {
      kept[i] = kept[i - 1] as number
      names[i] = names[i - 1] as number
    }
    kept[at] = logit
    names[at] = id
    if (count < size) count += 1
    if (count === size) least = kept[size - 1] as number
  }
  return Array.from({ length: count }, (_, i) => ({ id: names[i] as number, logit: kept[i] as number }))
}

/** The first index from `from` on whose logit is at least `least`, which NaN never is; the length where there is none. */
function nextOf(logits: Float32Array, from: number, least: number): number {
  let index = from
  // Nearly all of a row is passed over: four at a time takes half as long.
  for (; index + 4 <= logits.length; index += 4) {
    if ((logits[index] as number) >= least || (logits[index + 1] as number) >= least) break
    if ((logits[index + 2] as number) >= least || (logits[index + 3] as number) >= least) break
  }
  while (index < logits.length && !((logits[index] as number) >= least)) index += 1
  return index
}

function precedes(logit: number, id: number, otherLogit: number, otherId: number): boolean {
  return logit > otherLogit || (logit === otherLogit && id < otherId)
}
