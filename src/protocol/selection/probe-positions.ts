import { taggedHash, u32 } from '../hash.ts'

export interface ProbeOptions {
  randomness: Uint8Array
  receiptHash: Uint8Array
  /** 64 bytes: each verifier has probes of its own, so that one's numbers are of no use to another. */
  verifierKey: Uint8Array
  /** Final-norm rows of the answer. */
  outputTokens: number
  hiddenSize: number
  count: number
}

/** One f32 of one final-norm row. */
export interface Probe {
  position: number
  dimension: number
}

/** A guess that agrees to f32 precision is right once in a million or so; eight of them are never guessed. */
export const PROBES = 8

/**
 * What a verifier must have computed before it may say anything: it commits to the f32 values at these distinct places, drawn for it
 * alone. Words are the big-endian u32 of H('probes', randomness, receiptHash, verifierKey, u32(block)), block 0, 1, …; each place takes
 * a position, then a dimension, uniform by rejection. Places drawn before are skipped. All of them where there are fewer than `count`.
 */
export function drawProbes(options: ProbeOptions): Probe[] {
  const { outputTokens, hiddenSize } = options
  const probes = new Map<number, Probe>()
  const wanted = Math.min(options.count, outputTokens * hiddenSize)
  const words = wordsOf(options)
  while (probes.size < wanted) {
    const position = below(outputTokens, words)
    const dimension = below(hiddenSize, words)
    probes.set(position * hiddenSize + dimension, { position, dimension })
  }
  return [...probes.values()]
}

function* wordsOf({ randomness, receiptHash, verifierKey }: ProbeOptions): Generator<number, never> {
  for (let block = 0; ; block++) {
    const digest = taggedHash('probes', randomness, receiptHash, verifierKey, u32(block))
    const view = new DataView(digest.buffer, digest.byteOffset, 32)
    for (let at = 0; at < 32; at += 4) yield view.getUint32(at)
  }
}

/** Uniform in [0, n): words of the last, incomplete stretch of n are passed over. */
function below(n: number, words: Generator<number, never>): number {
  const limit = 2 ** 32 - (2 ** 32 % n)
  let word = words.next().value
  while (word >= limit) word = words.next().value
  return word % n
}
