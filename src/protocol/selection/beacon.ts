import * as v from 'valibot'
import { sha256 } from '../hash.ts'
import { count, Hex32 } from '../wire/schemas.ts'

/** Beacons tick at least every hour, or an answer would wait for its audit until nobody holds its evidence. */
const MAX_PERIOD_SECONDS = 3_600
/** 2100: a later genesis is a unit mistake. */
const MAX_GENESIS_SECONDS = 4_102_444_800

const GenesisSeconds = count(MAX_GENESIS_SECONDS)
const PeriodSeconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PERIOD_SECONDS))

/**
 * A drand network without chaining: round r is a BLS12-381 signature over SHA-256(r as u64, big-endian), in G1, under a public key in G2,
 * hashed to the curve by RFC 9380. It proves itself (`beacon-signature.ts`), whoever hands it over.
 * Source: https://docs.drand.love/docs/cryptography.
 */
export const DrandChainSchema = v.strictObject({
  kind: v.literal('drand'),
  scheme: v.literal('bls-unchained-g1-rfc9380'),
  /** 96 bytes, a compressed point of G2. */
  publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{192}$/)),
  /** Names the network: drand's hash over period, genesis, key and name. */
  chainHash: Hex32,
  genesisSeconds: GenesisSeconds,
  periodSeconds: PeriodSeconds,
})
export type DrandChain = v.InferOutput<typeof DrandChainSchema>

/**
 * A blockchain whose blocks come at fixed times: round r is the hash of block r − 1, and only somebody who follows the chain can tell
 * that it is. Its proposer can drop a block whose hash it dislikes, so drand is the better beacon where both can be reached.
 */
export const BlockChainSchema = v.strictObject({
  kind: v.literal('chain-block'),
  chainId: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER)),
  /** Hash of its genesis block. */
  chainHash: Hex32,
  genesisSeconds: GenesisSeconds,
  periodSeconds: PeriodSeconds,
})

/** Where public randomness comes from that nobody knew when a receipt was signed. */
export const BeaconChainSchema = v.variant('kind', [DrandChainSchema, BlockChainSchema])
export type BeaconChain = v.InferOutput<typeof BeaconChainSchema>

/** 48 bytes: a compressed point of G1. 32 bytes: a block hash. */
const BeaconBytes = v.pipe(
  v.instance(Uint8Array),
  v.check((bytes) => bytes.length === 48 || bytes.length === 32, 'expected 48 or 32 bytes'),
)

export const BeaconRoundSchema = v.strictObject({
  /** Counts from 1, as drand does. */
  round: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER)),
  signature: BeaconBytes,
})
export type BeaconRound = v.InferOutput<typeof BeaconRoundSchema>

/** SHA-256 of the signature, as drand defines its randomness. 32 bytes. */
export function randomnessOf(round: BeaconRound): Uint8Array {
  return sha256(round.signature)
}

/** The last round that is due at `unixMs`; 0 before the first one. */
export function roundAt(chain: BeaconChain, unixMs: number): number {
  const elapsedMs = unixMs - chain.genesisSeconds * 1_000
  return elapsedMs < 0 ? 0 : Math.floor(elapsedMs / (chain.periodSeconds * 1_000)) + 1
}

/** The first round that nobody can know at `unixMs`: what is signed then can be bound to it. */
export function nextRoundAfter(chain: BeaconChain, unixMs: number): number {
  return roundAt(chain, unixMs) + 1
}

/** Unix milliseconds at which a round is due; round 1 is due at genesis. */
export function roundTimeMs(chain: BeaconChain, round: number): number {
  return (chain.genesisSeconds + (round - 1) * chain.periodSeconds) * 1_000
}
