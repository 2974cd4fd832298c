/** The adapters of one comparison of this device with the reference: two engines of its own, which end with it. Loaded with the first press. */
import { chosenModelRoot } from './chosen-model.ts'
import { createEngine } from './engine/engine.ts'
import { calibrate } from './participant/calibrate.ts'
import { createModelAccess } from './participant/model-access.ts'
import type { LoadOptions } from './participant/ports.ts'
import { standardPrompts } from './participant/standard-prompts.ts'
import { createClock } from './platform/clock.ts'
import type { SignedCalibration } from './protocol/evidence/calibration.ts'
import type { Cell } from './protocol/evidence/cell.ts'
import { cellClassId, cellClassOf } from './protocol/evidence/cell-class.ts'
import { THRESHOLDS } from './protocol/evidence/thresholds.gen.ts'
import { findThresholds } from './protocol/evidence/thresholds.ts'
import { bytesToHex } from './protocol/hash.ts'
import { startWorker } from './start-worker.ts'
import { openModelStore } from './storage/open-model-store.ts'
import type { CalibrateState, ComparedPair } from './stores/index.ts'
import { openSessionKey } from './wallet/session-key.ts'

/** A minute of work for each of the two on one processor thread; a few hundred segments. */
const PROMPTS = 16

/** Errors: every `model/*` and `engine/*` code; `engine/aborted` if `signal` fires. */
export async function calibrateThisDevice(
  provider: LoadOptions['provider'],
  tell: (state: CalibrateState) => void,
  signal: AbortSignal,
): Promise<void> {
  tell({ state: 'preparing' })
  const [models, sessionKey] = await Promise.all([openModelStore(), openSessionKey()])
  const modelRoot = await chosenModelRoot(models)
  const clock = createClock(() => startWorker('timer'))
  const engines = [0, 1].map(() => createEngine({ createWorker: () => startWorker('inference'), clock }))
  const [reference, device] = engines as [(typeof engines)[number], (typeof engines)[number]]
  try {
    const loading = [
      { engine: reference, as: 'referee' },
      { engine: device, as: provider },
    ] as const
    for (const { engine, as } of loading) {
      const access = createModelAccess({ engine, models }, modelRoot)
      await access.download(() => {}, signal)
      await access.tokenizer(signal)
      await access.load(as, undefined, signal)
    }
    const ports = { reference, device, sessionKey, clock, prompts: standardPrompts(PROMPTS) }
    const signed = await calibrate(ports, (progress) => tell({ state: 'running', ...progress }), signal)
    const cells = engines.flatMap(({ info }) => info?.cell ?? [])
    tell({ state: 'done', pairs: signed.map((each) => pairOf(each, cells)), json: toJson(signed) })
  } finally {
    await Promise.all(engines.map((engine) => engine.stop()))
  }
}

function pairOf({ calibration }: SignedCalibration, cells: readonly Cell[]): ComparedPair {
  const { provider, checker, statistics } = calibration
  const [from, to] = [provider, checker].map((cellClass) => {
    return cells.find((cell) => cellClassId(cellClassOf(cell)) === cellClassId(cellClass))
  })
  const isKnown = from !== undefined && to !== undefined && findThresholds(THRESHOLDS, from, to) !== null
  return { provider, checker, statistics, isKnown }
}

/** As a file that a person can open and read: bytes as hex, like evidence bundles. */
function toJson(calibrations: readonly SignedCalibration[]): string {
  const readable = (_key: string, value: unknown): unknown =>
    value instanceof Uint8Array ? `0x${bytesToHex(value)}` : value
  return `${JSON.stringify({ version: 1, kind: 'locus-calibrations', calibrations }, readable, 2)}\n`
}
