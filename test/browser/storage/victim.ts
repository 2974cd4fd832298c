/** A page that downloads a model and tells its parent what arrives, until it is removed. */
import { openModelStore } from '../../../src/storage/open-model-store.ts'

const address = new URL(import.meta.url)
const hub = address.searchParams.get('hub') ?? ''
const ref = address.searchParams.get('ref') ?? ''
const realFetch = globalThis.fetch

globalThis.fetch = async (...args) => {
  const response = await realFetch(...args)
  if (response.body === null) return response
  const told = new TransformStream<Uint8Array, Uint8Array>(
    {
      transform(piece, controller) {
        parent.postMessage({ delivered: piece.length }, '*')
        controller.enqueue(piece)
      },
    },
    undefined,
    { highWaterMark: 0 },
  )
  const { status, headers } = response
  return new Response(response.body.pipeThrough(told), { status, headers })
}

const store = await openModelStore({ catalogue: [], hubCatalogue: [], hub })
await store.download(ref, () => undefined)
parent.postMessage({ finished: true }, '*')
