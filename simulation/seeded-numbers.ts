/** Pseudorandom numbers of one run: the same for the same seed. Not for anything that an adversary may not guess. */
export interface SeededNumbers {
  /** In [0, 1). */
  uniform(): number
  /** In 0, 1, …, n − 1. */
  below(n: number): number
  chance(probability: number): boolean
}

/** sfc32 (Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush, a few operations a number. */
export function createSeededNumbers(seed: number): SeededNumbers {
  let [a, b, c, counter] = [seed >>> 0, 0x9e37_79b9, 0x243f_6a88, 1]
  const next = (): number => {
    const sum = (a + b + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  // The first numbers still show the seed.
  for (let i = 0; i < 16; i++) next()
  const uniform = (): number => next() / 2 ** 32
  return { uniform, below: (n) => Math.floor(uniform() * n), chance: (probability) => uniform() < probability }
}
