import { CodedError } from '../protocol/errors.ts'
import { type Calibration, calibrationDigest, type SignedCalibration } from '../protocol/evidence/calibration.ts'
import { summariseFindings } from '../protocol/evidence/calibration-statistics.ts'
import { type CellClass, cellClassId, cellClassOf } from '../protocol/evidence/cell-class.ts'
import type { SegmentFinding } from '../protocol/evidence/segment-finding.ts'
import type { CheckOptions, Clock, Engine, SessionKey } from './ports.ts'
import type { StandardPrompt } from './standard-prompts.ts'

export interface CalibratePorts {
  /** The universal cell: the processor's one thread. Loaded, as `device` is, with the same model. */
  reference: Engine
  device: Engine
  sessionKey: SessionKey
  clock: Pick<Clock, 'now'>
  prompts: readonly StandardPrompt[]
}

/** Answers compared so far, of both directions. */
export interface CalibrationProgress {
  done: number
  total: number
}

/**
 * Measures how far two honest engines drift apart: each answers the prompts, the other checks the answers, so that decode and prefill of
 * both are compared (protocol.md §4.5). Signed; what it is worth is for others to say.
 * Errors: every `engine/*` code; `engine/device-lost` if a device became another cell on the way.
 */
export async function calibrate(
  { reference, device, sessionKey, clock, prompts }: CalibratePorts,
  onProgress: (progress: CalibrationProgress) => void,
  signal: AbortSignal,
): Promise<SignedCalibration[]> {
  const total = 2 * prompts.length
  let done = 0
  const onAnswer = (): void => onProgress({ done: ++done, total })
  const signed: SignedCalibration[] = []
  for (const [provider, checker] of [
    [device, reference],
    [reference, device],
  ] as const) {
    const classes = { provider: classOf(provider), checker: classOf(checker) }
    const findings = await compareAnswers(provider, checker, prompts, onAnswer, signal)
    assertSame(classes.provider, provider)
    assertSame(classes.checker, checker)
    const calibration: Calibration = {
      version: 1,
      ...classes,
      statistics: summariseFindings(findings),
      measuredBy: sessionKey.publicKey,
      issuedAt: clock.now(),
    }
    signed.push({ calibration, signature: await sessionKey.sign(calibrationDigest(calibration)) })
  }
  return signed
}

/** What `checker` finds in the answers of `provider`, segment by segment, in the order of the prompts. */
export async function compareAnswers(
  provider: Engine,
  checker: Engine,
  prompts: readonly StandardPrompt[],
  onAnswer: () => void,
  signal: AbortSignal,
): Promise<SegmentFinding[]> {
  const found: SegmentFinding[][] = prompts.map(() => [])
  const waiting = [...prompts.entries()]
  const next = async (): Promise<void> => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      const [i, prompt] = entry
      const claim = await answerPrompt(provider, prompt, signal)
      assertGoingOn(signal)
      found[i] = (await checker.check(claim, signal)).segments
      onAnswer()
    }
  }
  // As many at once as either takes, and one more: while one engine checks, the other has something to answer.
  const atOnce = 1 + Math.min(provider.info?.slots ?? 1, checker.info?.slots ?? 1)
  await Promise.all(Array.from({ length: atOnce }, next))
  return found.flat()
}

/** What an engine claims of its answer to a standard prompt. */
export async function answerPrompt(engine: Engine, prompt: StandardPrompt, signal: AbortSignal): Promise<CheckOptions> {
  const { text, sampler, maxTokens, seed } = prompt
  const { cell, contextTokens } = loaded(engine)
  // Of a prompt that leaves no room for its answer, the end.
  const promptIds = (await engine.encodePrompt(text)).slice(-Math.max(1, contextTokens - maxTokens))
  const asked = { promptIds, sampler, seed }
  const claim: CheckOptions = { ...asked, outputIds: [], rowsHashes: [], commitments: [], probes: [], cell }
  const longest = Math.min(maxTokens, contextTokens - promptIds.length)
  for await (const event of engine.generate({ ...asked, resumedIds: [], maxTokens: longest, stopIds: [] }, signal)) {
    if (event.type !== 'segment') continue
    claim.outputIds.push(...event.ids)
    claim.rowsHashes.push(event.rowsHash)
    claim.commitments.push(event.commitment)
  }
  return claim
}

/** An aborted answer is a shorter one, and nobody's measure. */
function assertGoingOn(signal: AbortSignal): void {
  if (!signal.aborted) return
  throw new CodedError({ code: 'engine/aborted', message: 'Calibrating was stopped.', nextStep: 'Start it again.' })
}

function classOf(engine: Engine): CellClass {
  return cellClassOf(loaded(engine).cell)
}

function loaded({ info }: Engine): NonNullable<Engine['info']> {
  if (info !== null) return info
  throw new CodedError({
    code: 'engine/not-loaded',
    message: 'No model is loaded yet.',
    nextStep: 'Load a model first.',
  })
}

/** Numbers of two cells are nobody's. */
function assertSame(before: CellClass, engine: Engine): void {
  if (cellClassId(classOf(engine)) === cellClassId(before)) return
  throw new CodedError({
    code: 'engine/device-lost',
    message: 'The device that was being measured was lost and replaced by another.',
    nextStep: 'Calibrate again.',
  })
}
