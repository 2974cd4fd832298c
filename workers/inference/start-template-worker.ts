import templateUrl from '../template/main.ts?worker&url'

/** This worker's only Trusted Types policy, under the one name that the server allows: one script may run, and no other text becomes code. */
const policy = self.trustedTypes?.createPolicy('locus-worker', {
  createScriptURL(url) {
    if (url === templateUrl) return url
    throw new TypeError(`${url} is not the worker for templates`)
  },
})

export function startTemplateWorker(): Worker {
  // Browsers without Trusted Types take the string; the DOM types know nothing of either.
  const url = (policy?.createScriptURL(templateUrl) ?? templateUrl) as string
  return new Worker(url, { type: 'module', name: 'locus-template' })
}
