import type { Beacon, Clock } from '../../src/participant/ports.ts'
import { bytesEqual, bytesToHex, concatBytes, sha256, taggedHash, u32 } from '../../src/protocol/hash.ts'
import { type BeaconRound, type DrandChain, roundTimeMs } from '../../src/protocol/selection/beacon.ts'
import { beaconPublicKey, beaconSecretKey, signBeaconRound } from '../../src/protocol/selection/beacon-signature.ts'

export interface ScriptedBeaconOptions {
  clock: Pick<Clock, 'now' | 'after'>
  /** Beacons of one seed are one chain, so that several participants can share it. */
  seed?: number
  periodSeconds?: number
}

export interface ScriptedBeacon extends Beacon {
  /** What a round will be: its operator knows all of them. */
  peek(round: number): BeaconRound
}

/**
 * A beacon with real signatures, so that what is drawn by it passes every check, and without a server: a round comes as soon as the clock
 * shows its time. Starts with 2026, as the fake clock does.
 */
export function createScriptedBeacon({ clock, seed = 1, periodSeconds = 3 }: ScriptedBeaconOptions): ScriptedBeacon {
  const randomness = concatBytes(taggedHash('scripted-beacon', u32(seed)), new Uint8Array(16))
  const secret = beaconSecretKey(randomness)
  const publicKey = beaconPublicKey(secret)
  const chain: DrandChain = {
    kind: 'drand',
    scheme: 'bls-unchained-g1-rfc9380',
    publicKey,
    chainHash: bytesToHex(sha256(new TextEncoder().encode(`${publicKey} ${periodSeconds}`))),
    genesisSeconds: 1_767_225_600,
    periodSeconds,
  }
  const signed = new Map<number, BeaconRound>()

  function peek(round: number): BeaconRound {
    const known = signed.get(round) ?? signBeaconRound(secret, round)
    signed.set(round, known)
    return { round, signature: known.signature.slice() }
  }

  return {
    chain,
    peek,
    async round(round, signal) {
      if (!Number.isSafeInteger(round) || round < 1) throw new RangeError('rounds are counted from 1')
      signal?.throwIfAborted()
      const waitMs = roundTimeMs(chain, round) - clock.now()
      if (waitMs > 0) await pass(clock, waitMs, signal)
      return peek(round)
    },
    async isRound({ round, signature }) {
      return Number.isSafeInteger(round) && round >= 1 && bytesEqual(peek(round).signature, signature)
    },
  }
}

function pass(clock: Pick<Clock, 'after'>, delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopTimer = clock.after(delayMs, resolve)
    signal?.addEventListener('abort', () => {
      stopTimer()
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
    })
  })
}
