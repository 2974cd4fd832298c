import { ENGINE_MESSAGES_VERSION, type FromWorker, type ToWorker } from '../../../src/engine/messages.ts'
import type { EngineWorker } from '../../../src/engine/worker-channel.ts'

type CallMessage = Extract<ToWorker, { type: 'call' }>

/** A worker that does what the test says, and nothing else. Messages cross as clones, in the same turn. */
export interface ScriptedWorker extends EngineWorker {
  readonly received: ToWorker[]
  readonly terminated: boolean
  send(message: FromWorker): void
  /** Dispatches an `error` event, as a script that fails to load does. */
  crash(message: string): void
  calls(name: CallMessage['name']): CallMessage[]
  hello(version?: number): void
}

/** `respond` sees every message of the page, and may `send`. */
export function createScriptedWorker(
  respond: (message: ToWorker, worker: ScriptedWorker) => void = () => undefined,
): ScriptedWorker {
  const target = new EventTarget()
  const received: ToWorker[] = []
  let terminated = false
  const worker: ScriptedWorker = {
    received,
    get terminated() {
      return terminated
    },
    postMessage(message, transfer) {
      const cloned = structuredClone(message, { transfer }) as ToWorker
      received.push(cloned)
      respond(cloned, worker)
    },
    addEventListener: (type, listener) => target.addEventListener(type, listener),
    terminate() {
      terminated = true
    },
    send(message) {
      if (!terminated) target.dispatchEvent(new MessageEvent('message', { data: structuredClone(message) }))
    },
    crash(message) {
      target.dispatchEvent(Object.assign(new Event('error'), { message }))
    },
    calls: (name) =>
      received.filter((message): message is CallMessage => message.type === 'call' && message.name === name),
    hello: (version = ENGINE_MESSAGES_VERSION) => worker.send({ type: 'hello', version }),
  }
  return worker
}
