import type {
  CheckOptions,
  Engine,
  EngineInfo,
  GenerateOptions,
  GenerationEvent,
  Recovery,
} from '../../src/participant/ports.ts'
import { CodedError } from '../../src/protocol/errors.ts'
import { COMMITMENT_BYTES } from '../../src/protocol/evidence/activation-commitment.ts'
import { type Cell, isExactPair } from '../../src/protocol/evidence/cell.ts'
import type { CheckReport } from '../../src/protocol/evidence/check-report.ts'
import type { CommitmentDistance } from '../../src/protocol/evidence/commitment-distance.ts'
import type { SegmentFinding } from '../../src/protocol/evidence/segment-finding.ts'
import { bytesEqual, concatBytes, idsToBytes, taggedHash, u32 } from '../../src/protocol/hash.ts'
import { SEGMENT_TOKENS } from '../../src/protocol/limits.ts'
import type { Probe } from '../../src/protocol/selection/probe-positions.ts'
import type { SegmentEvidence } from '../../workers/inference/generation/segment-evidence.ts'

export interface ScriptedEngineOptions {
  modelRoot: string
  /** Names the weights: engines of other weights compute other tokens and other rows. */
  weights?: string
  /** Awaited before every token, so that a test can hold a generation at a token of its choice. */
  beforeToken?: (position: number) => Promise<void>
  /** In what it is of another cell than every other script. */
  cell?: Partial<Cell>
  /** 100 unless told. */
  tokensPerSecond?: number
  /** Jobs it takes at once; 1 unless told. */
  slots?: number
  /** Tokens after which the script says stop; `Infinity` never. */
  stopAfter?: number
}

export const SCRIPTED_VOCABULARY = 1_000
export const SCRIPTED_STOP_ID = 0
const SCRIPTED_HIDDEN = 64

export function scriptedCell(modelRoot: string): Cell {
  return {
    provider: 'wasm',
    vendor: '',
    architecture: '',
    browser: '',
    ortVersion: 'scripted',
    threads: 1,
    precision: 'q4-f32',
    prefillChunk: 256,
    exactness: { kind: 'window', rows: 2 },
    modelRoot,
    graphHash: '0'.repeat(64),
    transformVersion: 1,
  }
}

export interface ScriptedEngine extends Engine {
  /** Says that its worker died, or is there again. */
  tell(recovery: Recovery): void
}

/**
 * An engine whose every token is a hash of what came before it: as deterministic, and as sensitive to prompt, seed, position and
 * weights, as a language model, but without one. It honours the port: abort, resume, segments, check.
 */
export function createScriptedEngine(options: ScriptedEngineOptions): ScriptedEngine {
  const { modelRoot, weights = 'honest', beforeToken = async () => {}, stopAfter = Number.POSITIVE_INFINITY } = options
  const cell: Cell = { ...scriptedCell(modelRoot), ...options.cell }
  const loadedInfo: EngineInfo = {
    cell,
    path: { kind: 'plain', note: 'A script.' },
    slots: options.slots ?? 1,
    selfTests: [],
    tokensPerSecond: options.tokensPerSecond ?? 100,
    contextTokens: 512,
    vocabularySize: SCRIPTED_VOCABULARY,
    hiddenSize: SCRIPTED_HIDDEN,
    stopIds: [SCRIPTED_STOP_ID],
  }
  let info: EngineInfo | null = null
  const listeners = new Set<(recovery: Recovery) => void>()

  const tokenAt = (promptIds: number[], seed: Uint8Array, position: number): number => {
    if (position + 1 === stopAfter) return SCRIPTED_STOP_ID
    const digest = taggedHash(`scripted-token/${weights}`, idsToBytes(promptIds), seed, u32(position))
    return 1 + (new DataView(digest.buffer).getUint32(0) % (SCRIPTED_VOCABULARY - 1))
  }

  return {
    get info() {
      return info
    },
    async load() {
      info = loadedInfo
      return loadedInfo
    },
    async loadTokenizer() {
      return { stopIds: [SCRIPTED_STOP_ID] }
    },
    async encodePrompt(text) {
      return Array.from(text, (character) => 1 + ((character.codePointAt(0) ?? 0) % (SCRIPTED_VOCABULARY - 1)))
    },
    async decode(ids) {
      return ids.map((id) => `<${id}>`).join('')
    },
    generate: (job, signal) => generate(job, signal),
    async check(claim) {
      return check(claim)
    },
    onRecovery(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell(recovery) {
      if (recovery.state === 'rebuilt') info = recovery.info
      for (const listener of listeners) listener(recovery)
    },
    async stop() {
      info = null
    },
  }

  async function* generate(job: GenerateOptions, signal: AbortSignal): AsyncGenerator<GenerationEvent> {
    if (info === null) throw notLoaded()
    const output = [...job.resumedIds]
    let segment: number[] = []
    const close = (): GenerationEvent => {
      const index = (output.length - segment.length) / SEGMENT_TOKENS
      const event = {
        type: 'segment',
        index,
        ids: segment,
        ...scriptedEvidence(weights, job.promptIds, segment),
      } as const
      segment = []
      return event
    }
    const finish = function* (reason: 'stop' | 'length' | 'aborted'): Generator<GenerationEvent> {
      if (segment.length > 0) yield close()
      yield { type: 'finish', reason }
    }
    while (output.length < job.maxTokens) {
      if (signal.aborted) return yield* finish('aborted')
      await beforeToken(output.length)
      if (signal.aborted) return yield* finish('aborted')
      const id = tokenAt(job.promptIds, job.seed, output.length)
      yield { type: 'tokens', position: output.length, ids: [id] }
      output.push(id)
      segment.push(id)
      if (job.stopIds.includes(id)) return yield* finish('stop')
      if (segment.length === SEGMENT_TOKENS) yield close()
    }
    yield* finish('length')
  }

  function rowsHashAt({ promptIds, outputIds }: CheckOptions, segment: number): Uint8Array {
    const ids = outputIds.slice(segment * SEGMENT_TOKENS, (segment + 1) * SEGMENT_TOKENS)
    return scriptedEvidence(weights, promptIds, ids).rowsHash
  }

  function check(claim: CheckOptions): CheckReport {
    if (info === null) throw notLoaded()
    const matches = claim.outputIds.map((id, position) => id === tokenAt(claim.promptIds, claim.seed, position))
    const segments = claim.rowsHashes.map((rowsHash, i): SegmentFinding => {
      const [from, to] = [i * SEGMENT_TOKENS, (i + 1) * SEGMENT_TOKENS]
      const own = scriptedEvidence(weights, claim.promptIds, claim.outputIds.slice(from, to))
      const inSegment = matches.slice(from, to)
      const matched = inSegment.filter(Boolean).length
      const isNear = bytesEqual(claim.commitments[i] ?? NO_COMMITMENT, own.commitment)
      return {
        rowsEqual: bytesEqual(rowsHash, own.rowsHash),
        tokens: inSegment.length,
        matched,
        notKept: inSegment.length - matched,
        margins: [],
        commitment: isNear ? NO_DISTANCE : FULL_DISTANCE,
      }
    })
    const firstMismatch = matches.indexOf(false)
    const firstUnequal = segments.findIndex(({ rowsEqual }) => !rowsEqual)
    return {
      exactPair: isExactPair(claim.cell, cell),
      tokens: matches.length,
      tokensMatched: matches.filter(Boolean).length,
      firstTokenMismatch: firstMismatch === -1 ? null : firstMismatch,
      firstChosen: firstMismatch === -1 ? null : tokenAt(claim.promptIds, claim.seed, firstMismatch),
      firstDifference:
        firstUnequal === -1 ? null : { segment: firstUnequal, rowsHash: rowsHashAt(claim, firstUnequal) },
      tokensNotKept: matches.filter((match) => !match).length,
      meanMargin: 0,
      maxMargin: 0,
      segments,
      probes: claim.probes.map((probe) => scriptedValue(weights, claim, probe)),
      elapsedMs: 1,
    }
  }
}

const NO_COMMITMENT = new Uint8Array()
const NO_DISTANCE: CommitmentDistance = { points: 128, exponentMismatches: 0, mantissaMean: 0, mantissaMedian: 0 }
const FULL_DISTANCE: CommitmentDistance = {
  points: 128,
  exponentMismatches: 128,
  mantissaMean: 128,
  mantissaMedian: 128,
}

/** The rows of a script are its weights' name and the ids: whoever knows both can "prefill" them, honestly or not. */
export function scriptedEvidence(weights: string, promptIds: number[], ids: number[]): SegmentEvidence {
  const rows = concatBytes(taggedHash(weights), idsToBytes(promptIds), idsToBytes(ids))
  const commitment = new Uint8Array(COMMITMENT_BYTES)
  commitment.set(taggedHash('scripted-commitment', rows))
  // A modulus that an honest commitment might have.
  commitment.set([255, 217])
  return { rowsHash: taggedHash('scripted-rows', rows), commitment }
}

/** One value of a script's rows: small, exact in f32, and as good as unguessable. */
function scriptedValue(weights: string, claim: CheckOptions, { position, dimension }: Probe): number {
  const ids = claim.outputIds.slice(0, position + 1)
  const digest = taggedHash(`scripted-value/${weights}`, idsToBytes(claim.promptIds), idsToBytes(ids), u32(dimension))
  return Math.fround(new DataView(digest.buffer).getInt32(0) / 2 ** 28)
}

function notLoaded(): CodedError {
  return new CodedError({ code: 'engine/not-loaded', message: 'No model is loaded.', nextStep: 'Load one.' })
}
