import inferenceUrl from '../workers/inference/main.ts?worker&url'
import timerUrl from '../workers/timer.ts?worker&url'

const WORKER_URLS = { inference: inferenceUrl, timer: timerUrl } as const

/** The page's only Trusted Types policy: the two worker files that this build emitted may run, and no other text ever becomes code. */
const policy = window.trustedTypes?.createPolicy('locus-worker', {
  createScriptURL(url) {
    if (Object.values(WORKER_URLS).some((own) => own === url)) return url
    throw new TypeError(`${url} is not one of this page's workers`)
  },
})

export function startWorker(name: keyof typeof WORKER_URLS): Worker {
  const url = WORKER_URLS[name]
  // Browsers without Trusted Types take the string; the DOM types know nothing of either.
  return new Worker((policy?.createScriptURL(url) ?? url) as string, { type: 'module', name: `locus-${name}` })
}
