import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import {
  type BeaconChain,
  BeaconChainSchema,
  type BeaconRound,
  nextRoundAfter,
  randomnessOf,
  roundAt,
} from '../../../../src/protocol/selection/beacon.ts'
import { beaconPublicKey, isBeaconRound, signBeaconRound } from '../../../../src/protocol/selection/beacon-signature.ts'
import { type DrawOptions, drawVerifiers } from '../../../../src/protocol/selection/draw.ts'
import { isAudited } from '../../../../src/protocol/selection/lottery.ts'
import { drawProbes, type Probe, type ProbeOptions } from '../../../../src/protocol/selection/probe-positions.ts'
import { type Roster, RosterSchema, rosterHash } from '../../../../src/protocol/selection/roster.ts'
import { fromHexJson } from '../../../../tools/vectors/hex-json.ts'
import file from '../../../vectors/selection.json' with { type: 'json' }

interface Vectors {
  beacons: {
    chain: BeaconChain
    secretKey: Uint8Array | null
    rounds: (BeaconRound & { randomness: Uint8Array })[]
    times: { unixMs: number; round: number; next: number }[]
  }[]
  lottery: { randomness: Uint8Array; receiptHash: Uint8Array; rates: { rate: number; audited: boolean }[] }[]
  roster: Roster
  rosterHash: Uint8Array
  draws: {
    name: string
    options: Omit<DrawOptions, 'roster'>
    drawn: { verifierKey: Uint8Array; uniform: string; key: string; isPreferredCell: boolean }[]
  }[]
  probes: (ProbeOptions & { probes: Probe[] })[]
}

const vectors = fromHexJson(file) as Vectors

describe.each(vectors.beacons)('the beacon of $chain.genesisSeconds', ({ chain, secretKey, rounds, times }) => {
  test('is a chain whose rounds are due when the file says', () => {
    expect(v.is(BeaconChainSchema, chain)).toBe(true)
    for (const { unixMs, round, next } of times) {
      expect([roundAt(chain, unixMs), nextRoundAfter(chain, unixMs)]).toEqual([round, next])
    }
  })

  test('has signed its rounds, and each has the randomness of the file', () => {
    for (const { randomness, ...round } of rounds) {
      expect(isBeaconRound(chain, round)).toBe(true)
      expect(randomnessOf(round)).toEqual(randomness)
      if (secretKey !== null) expect(signBeaconRound(secretKey, round.round)).toEqual(round)
    }
    if (secretKey !== null) expect(chain).toMatchObject({ publicKey: beaconPublicKey(secretKey) })
  })
})

test.each(vectors.lottery)('lottery', ({ randomness, receiptHash, rates }) => {
  for (const { rate, audited } of rates) expect(isAudited(randomness, receiptHash, rate)).toBe(audited)
})

test('the roster is one, with the hash of the file', () => {
  expect(v.is(RosterSchema, vectors.roster)).toBe(true)
  expect(rosterHash(vectors.roster)).toEqual(vectors.rosterHash)
})

test.each(vectors.draws)('draw: $name', ({ options, drawn }) => {
  const found = drawVerifiers({ ...options, roster: vectors.roster }).map(
    ({ entry, uniform, key, isPreferredCell }) => {
      return {
        verifierKey: entry.verifierKey,
        uniform: uniform.toPrecision(17),
        key: key.toPrecision(17),
        isPreferredCell,
      }
    },
  )
  expect(found).toEqual(drawn)
})

test.each(vectors.probes)('probes of $outputTokens rows of $hiddenSize', ({ probes, ...options }) => {
  expect(drawProbes(options)).toEqual(probes)
})
