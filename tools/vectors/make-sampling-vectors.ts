/**
 * Writes test/vectors/sampling.json: seed → noise key → Philox words → Gumbel noise → chosen token. Keys and words come from other
 * code than the protocol's own; the tokens from a rule that sorts the whole row and uses `Math.exp`. Noise and logarithms have to be
 * the protocol's, since their last bits are what the vectors pin; the unit tests hold them against `Math` as well. The output is
 * committed and only changes when the protocol does.
 */
import { writeFile } from 'node:fs/promises'
import { exp, ln } from '../../src/protocol/sampling/deterministic-math.ts'
import { gumbel, type NoiseKey } from '../../src/protocol/sampling/noise.ts'
import type { Sampler } from '../../src/protocol/sampling/sampler.ts'
import { plainPhilox } from './plain-philox.ts'
import { taggedSha256 } from './tagged-sha256.ts'

const POSITIONS = [0, 1, 31, 32, 511, 32_767]
const IDS = [0, 1, 2, 3, 4, 4_095, 262_143]
const ROW_LENGTH = 48

/** Where one term of the series less changes the last bit, and the two ends of what noise can ask for. */
const LN_WORDS = [0, 0xffff_ffff, 3_093_117_265, 3_096_260_883, 1_520_473_695, 1_528_715_384, 762_403_239]
const EXP_INPUTS = [0, -26.772912576794624, -1.7307539880275726, -3.7830966264009476, -20.470266565680504, -700, -701]

const seeds = [new Uint8Array(32), taggedSha256('vector/seed')]

const noise = seeds.map((seed) => {
  const key = keyOf(seed)
  const draws = POSITIONS.flatMap((position) =>
    IDS.map((id) => {
      const word = plainPhilox([Math.floor(id / 4), position, 0, 0], key)[id % 4] ?? 0
      return { position, id, word, gumbel: gumbel(key, position, id).toPrecision(17) }
    }),
  )
  return { seed: hex(seed), key, draws }
})

const samplers: { name: string; sampler: Sampler }[] = [
  { name: 'greedy', sampler: { temperatureMilli: 0, topK: 1, topPMilli: 1_000 } },
  { name: 'greedy, whatever top-k and top-p say', sampler: { temperatureMilli: 0, topK: 64, topPMilli: 1 } },
  { name: 'top-k alone', sampler: { temperatureMilli: 1_000, topK: 5, topPMilli: 1_000 } },
  { name: 'top-p alone', sampler: { temperatureMilli: 1_000, topK: 64, topPMilli: 500 } },
  { name: 'both, cooler', sampler: { temperatureMilli: 800, topK: 40, topPMilli: 950 } },
  { name: 'both, at the hottest', sampler: { temperatureMilli: 2_000, topK: 64, topPMilli: 999 } },
]

const rows = [
  { name: 'a row in sixteenths', logits: rowOf('a', 16) },
  { name: 'a row in halves, full of ties', logits: rowOf('b', 2) },
  { name: 'a row of equal logits', logits: Array.from({ length: ROW_LENGTH }, () => -3.5) },
]

const tokens = rows.map(({ name, logits }) => ({
  name,
  logits,
  choices: samplers.map(({ name: samplerName, sampler }) => {
    const chosen = POSITIONS.map((position) => plainChoice(logits, sampler, keyOf(seeds[1] as Uint8Array), position))
    return { name: samplerName, sampler, chosen }
  }),
}))

const logarithms = LN_WORDS.map((word) => (word + 0.5) / 2 ** 32).map((x) => pinned(x, ln(x)))
const exponentials = EXP_INPUTS.map((x) => pinned(x, exp(x)))
const file = { logarithms, exponentials, noise, positions: POSITIONS, tokenSeed: hex(seeds[1] as Uint8Array), tokens }
await writeFile(new URL('../../test/vectors/sampling.json', import.meta.url), `${JSON.stringify(file, null, 1)}\n`)

/** Seventeen digits name one f64 and no other. */
function pinned(x: number, value: number): { x: string; value: string } {
  return { x: x.toPrecision(17), value: value.toPrecision(17) }
}

function keyOf(seed: Uint8Array): NoiseKey {
  const digest = Buffer.from(taggedSha256('noise', seed))
  return [digest.readUInt32BE(0), digest.readUInt32BE(4)]
}

/** Exact in f32, and between −8 and 8. */
function rowOf(name: string, steps: number): number[] {
  const bytes = Array.from({ length: ROW_LENGTH }, (_, i) => taggedSha256(`vector/row-${name}/${i}`)[0] ?? 0)
  return bytes.map((byte) => Math.floor(((byte - 128) / 16) * steps) / steps)
}

/** docs/protocol.md §3 by its words: sort, cut, cut again, add noise, take the largest. */
function plainChoice(logits: readonly number[], sampler: Sampler, key: NoiseKey, position: number): number {
  const temperature = sampler.temperatureMilli / 1_000
  const sorted = logits.map((z, id) => ({ z, id })).toSorted((a, b) => b.z - a.z || a.id - b.id)
  if (temperature === 0) return sorted[0]?.id ?? -1
  const top = sorted.slice(0, sampler.topK)
  const weights = top.map(({ z }) => Math.exp((z - (top[0]?.z ?? 0)) / temperature))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const before = weights.map((_, i) => weights.slice(0, i).reduce((sum, weight) => sum + weight, 0))
  const kept = top.filter(
    (_, i) => sampler.topPMilli === 1_000 || (before[i] ?? 0) < (total * sampler.topPMilli) / 1_000,
  )
  const scored = kept.map(({ z, id }) => ({ z, id, score: z + temperature * gumbel(key, position, id) }))
  return scored.toSorted((a, b) => b.score - a.score || b.z - a.z || a.id - b.id)[0]?.id ?? -1
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
