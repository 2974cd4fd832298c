/** The page's composition root: stores, screens, and what each button does. Everything heavy is in compose-participant.ts. */

import { createCalibrationManager } from './manage-calibration.ts'
import { createModelManager } from './manage-models.ts'
import { createStakeManager } from './manage-stake.ts'
import type { Participant } from './participant/participant.ts'
import type { LoadOptions } from './participant/ports.ts'
import { describeDevice } from './platform/describe-device.ts'
import { CodedError, type ErrorCode } from './protocol/errors.ts'
import { MAX_BUNDLE_BYTES } from './protocol/limits.ts'
import { saveFile } from './save-file.ts'
import { type BundleCheckState, type CheckSource, createStores } from './stores/index.ts'
import type { Actions } from './ui/actions.ts'
import { mountApp } from './ui/mount-app.tsx'
import { hashOfEvidence } from './ui/route.ts'

/** The rest of the sampler that the page does not ask about. */
const TOP_K = 40
const TOP_P_MILLI = 950

const stores = createStores()
const stops = new Map<string, AbortController>()
let participant: Promise<Participant> | null = null

/** A failed composition may be tried again. */
function getParticipant(): Promise<Participant> {
  participant ??= import('./compose-participant.ts')
    .then(({ composeParticipant }) => composeParticipant(stores, providerFromAddress()))
    .catch((error: unknown) => {
      participant = null
      throw error
    })
  return participant
}

/** `?provider=referee` serves on one-thread WASM whatever the GPU can do: for comparing, and for tests. */
function providerFromAddress(): LoadOptions['provider'] {
  const named = new URLSearchParams(location.search).get('provider')
  return named === 'webgpu' || named === 'wasm' || named === 'referee' ? named : 'auto'
}

const stake = createStakeManager(stores, {
  readConfig: async () => (await import('./page-config.ts')).readPageConfig(),
  openMoney: async () => (await import('./compose-money.ts')).openMoney(),
  openChain: async () => (await import('./compose-money.ts')).openChain(),
  openKey: async () => (await import('./wallet/session-key.ts')).openSessionKey(),
  replaceKey: async () => (await import('./wallet/session-key.ts')).replaceSessionKey(),
  reload: () => location.reload(),
  openDesk: getParticipant,
  requestTestMoney: async (to) => (await import('./compose-money.ts')).requestTestMoney(to),
  origin: location.origin,
  now: Date.now,
  every(intervalMs, callback) {
    // Nobody looks at a hidden tab, and the chain's servers are not ours to keep busy.
    const timer = setInterval(() => document.hidden || callback(), intervalMs)
    return () => clearInterval(timer)
  },
})

const models = createModelManager(stores, (work) => run('model/download-failed', work))

const actions: Actions = {
  ...models,
  ...createCalibrationManager(stores, providerFromAddress),
  ...stake,

  startContributing() {
    run('engine/run-failed', async () => {
      const { contribute } = await getParticipant()
      await contribute((event) => stores.contribute.apply(event))
      await models.refresh()
    })
  },

  stopContributing() {
    run('engine/run-failed', async () => (await getParticipant()).stopContributing())
  },

  deleteModel() {
    run('model/storage-unavailable', async () => {
      await (await getParticipant()).deleteModel()
      await models.refresh()
    })
  },

  ask(prompt, settings) {
    const id = crypto.randomUUID()
    const stop = new AbortController()
    stops.set(id, stop)
    stores.ask.apply({ type: 'asked', id, prompt, settings, at: Date.now() })
    run('engine/run-failed', async () => {
      try {
        const { ask } = await getParticipant()
        const sampler = { temperatureMilli: settings.temperatureMilli, topK: TOP_K, topPMilli: TOP_P_MILLI }
        const options = { prompt, sampler, maxTokens: settings.maxTokens, payment: settings.payment }
        await ask(options, (event) => stores.ask.apply({ type: 'event', id, at: Date.now(), event }), stop.signal)
      } catch (error) {
        const state = { state: 'failed', error: CodedError.dataOf(error, 'engine/run-failed') } as const
        stores.ask.apply({ type: 'event', id, at: Date.now(), event: { type: 'state', state } })
      } finally {
        stops.delete(id)
      }
      // Asking may have brought the model here.
      await models.refresh()
    })
  },

  stopAnswer(id) {
    stores.ask.apply({ type: 'stopping', id })
    stops.get(id)?.abort()
  },

  removeAnswer(id) {
    stops.get(id)?.abort()
    stores.ask.apply({ type: 'removed', id })
  },

  saveEvidence(jobId, bundle) {
    run('receipt/malformed', async () => {
      const { bundleToJson } = await import('./protocol/receipt/bundle-file.ts')
      saveFile(`locus-evidence-${jobId.slice(0, 12)}.json`, 'application/json', bundleToJson(bundle))
    })
  },

  async shareAnswer(id) {
    const { state } = stores.ask.getState().answers.find((answer) => answer.id === id) ?? {}
    if (state?.state !== 'accepted') throw new TypeError('only an accepted answer has evidence to share')
    const link = await (await getParticipant()).shareBundle(state.bundle)
    return new URL(hashOfEvidence(link), location.href).href
  },

  checkAgain(id) {
    const { state } = stores.ask.getState().answers.find((answer) => answer.id === id) ?? {}
    if (state?.state !== 'accepted') return
    const { bundle } = state
    run('check/unavailable', async () => {
      const { checkBundle } = await getParticipant()
      await checkBundle(bundle, (check) => stores.ask.apply({ type: 'recheck', id, check }))
    })
  },

  importBundle(file) {
    runCheck({ kind: 'file', name: file.name }, async ({ checkBundleFile }, emit) => {
      // One byte more than the cap is enough to be refused; the rest is never read.
      const text = await file.slice(0, MAX_BUNDLE_BYTES + 1).text()
      await checkBundleFile(text, emit)
    })
  },

  openEvidenceLink(peerId, hash) {
    runCheck({ kind: 'link', peerId, hash }, ({ checkSharedBundle }, emit) => checkSharedBundle(peerId, hash, emit))
  },

  saveAttestation(jobId, json) {
    saveFile(`locus-attestation-${jobId.slice(0, 12)}.json`, 'application/json', json)
  },

  dismissNotice(kind) {
    stores.app.apply({ type: 'dismissed', kind })
  },
}

/** Runs what a press started; what no screen of its own reports becomes a notice. */
function run(fallback: ErrorCode, work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    stores.app.apply({ type: 'notice', notice: { kind: 'failure', error: CodedError.dataOf(error, fallback) } })
  })
}

/** Puts evidence on the screen for checks and follows what becomes of it; what goes wrong is said there. */
function runCheck(
  source: CheckSource,
  work: (participant: Participant, emit: (state: BundleCheckState) => void) => Promise<void>,
): void {
  const id = crypto.randomUUID()
  const emit = (state: BundleCheckState): void => stores.check.apply({ type: 'state', id, state })
  stores.check.apply({ type: 'imported', id, source })
  getParticipant()
    .then((found) => work(found, emit))
    .catch((error: unknown) => emit({ state: 'invalid', error: CodedError.dataOf(error, 'check/unavailable') }))
}

async function describe(): Promise<void> {
  const { gpu, browser, cores } = await describeDevice()
  const words = gpu === null ? null : [gpu.vendor, gpu.architecture].filter((word) => word !== '').join(' ') || 'GPU'
  stores.contribute.apply({ type: 'device', device: { gpu: words, browser, cores } })
  if (gpu === null) stores.app.apply({ type: 'notice', notice: { kind: 'no-webgpu' } })
  await models.refresh()
  await models.checkSample()
}

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
mountApp(root, { stores, actions })
run('model/storage-unavailable', describe)
