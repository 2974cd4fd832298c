const MASK = 0xffff_ffffn

/** Philox4x32-10 from the paper's definition, in BigInt: slow, and nothing in common with the protocol's own. */
export function plainPhilox(counter: readonly number[], key: readonly number[]): number[] {
  let [x0 = 0n, x1 = 0n, x2 = 0n, x3 = 0n] = counter.map(BigInt)
  let [k0 = 0n, k1 = 0n] = key.map(BigInt)
  for (let round = 0; round < 10; round++) {
    const a = 0xd2511f53n * x0
    const b = 0xcd9e8d57n * x2
    ;[x0, x1, x2, x3] = [(b >> 32n) ^ x1 ^ k0, b & MASK, (a >> 32n) ^ x3 ^ k1, a & MASK]
    k0 = (k0 + 0x9e3779b9n) & MASK
    k1 = (k1 + 0xbb67ae85n) & MASK
  }
  return [x0, x1, x2, x3].map(Number)
}
