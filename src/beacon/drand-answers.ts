import * as v from 'valibot'
import { hexToBytes } from '../protocol/hash.ts'
import type { BeaconRound, DrandChain } from '../protocol/selection/beacon.ts'

/**
 * What a drand server says (https://docs.drand.love/developer/http-api, version 1). Fields that we do not use may come and go: unlike our own
 * messages these are never hashed, and what we use is proven by its signature.
 */
const RoundSchema = v.object({
  round: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** A compressed point of G1. */
  signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{96}$/)),
})

const InfoSchema = v.object({
  public_key: v.string(),
  period: v.number(),
  genesis_time: v.number(),
  hash: v.string(),
  schemeID: v.string(),
})

/** The round that was asked for; null when it is none, or another one. Not verified. */
export function parseRound(json: unknown, asked: number): BeaconRound | null {
  const parsed = v.safeParse(RoundSchema, json)
  if (!parsed.success || parsed.output.round !== asked) return null
  return { round: asked, signature: hexToBytes(parsed.output.signature) }
}

/** Whether a server's `/info` is of this chain; null when it is no `/info` at all. */
export function isInfoOf(json: unknown, chain: DrandChain): boolean | null {
  const parsed = v.safeParse(InfoSchema, json)
  if (!parsed.success) return null
  const info = parsed.output
  return (
    info.hash === chain.chainHash &&
    info.public_key === chain.publicKey &&
    info.period === chain.periodSeconds &&
    info.genesis_time === chain.genesisSeconds &&
    info.schemeID === chain.scheme
  )
}
