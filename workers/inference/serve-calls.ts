import type { CallMessage, CallName, EngineCalls, FromWorker, ToWorker } from '../../src/engine/messages.ts'
import { CodedError } from '../../src/protocol/errors.ts'
import { createPauseGate, type PauseGate } from './pause-gate.ts'
import type { FileAccess, Runtime } from './runtime.ts'

type Result = EngineCalls[CallName]['result']

interface Running {
  controller: AbortController
  gate: PauseGate
}

/**
 * Answers the page's messages with the runtime's work, several calls at once. `post` delivers in order. A generation that the page pauses
 * is not asked for its next event: the runtime computes nothing for it meanwhile. Returns the handler for incoming messages.
 */
export function serveCalls(runtime: Runtime, post: (message: FromWorker) => void): (message: ToWorker) => void {
  const running = new Map<number, Running>()
  const files = new Map<number, { resolve: (bytes: Uint8Array) => void; reject: (error: CodedError) => void }>()
  let nextFileId = 1

  function fileAccess(id: number): FileAccess {
    return {
      progress: (stage, fraction) => post({ type: 'progress', id, stage, fraction }),
      readFile(path) {
        const fileId = nextFileId++
        return new Promise((resolve, reject) => {
          files.set(fileId, { resolve, reject })
          post({ type: 'file-request', id, fileId, path })
        })
      },
    }
  }

  async function perform(call: CallMessage, { controller: { signal }, gate }: Running): Promise<Result> {
    switch (call.name) {
      case 'load':
        return runtime.load(call.args, fileAccess(call.id), signal)
      case 'load-tokenizer':
        return runtime.loadTokenizer(call.args, fileAccess(call.id))
      case 'encode-prompt':
        return runtime.encodePrompt(call.args.text)
      case 'decode':
        return runtime.decode(call.args.ids, call.args.final)
      case 'generate':
        for await (const event of runtime.generate(call.args, signal)) {
          post({ type: 'event', id: call.id, event })
          await gate.passed()
        }
        return null
      case 'check':
        return runtime.check(call.args, signal)
      default:
        return call satisfies never
    }
  }

  async function answer(call: CallMessage): Promise<void> {
    const own: Running = { controller: new AbortController(), gate: createPauseGate() }
    running.set(call.id, own)
    try {
      post({ type: 'result', id: call.id, result: await perform(call, own) })
    } catch (error) {
      post({ type: 'error', id: call.id, error: CodedError.dataOf(error, 'engine/run-failed') })
    } finally {
      running.delete(call.id)
    }
  }

  return (message) => {
    switch (message.type) {
      case 'call':
        void answer(message)
        break
      case 'cancel':
        running.get(message.id)?.controller.abort()
        running.get(message.id)?.gate.open()
        break
      case 'pause':
        running.get(message.id)?.gate.pause()
        break
      case 'resume':
        running.get(message.id)?.gate.resume()
        break
      case 'file':
        files.get(message.fileId)?.resolve(message.bytes)
        files.delete(message.fileId)
        break
      case 'file-failed':
        files.get(message.fileId)?.reject(new CodedError(message.error))
        files.delete(message.fileId)
        break
      default:
        message satisfies never
    }
  }
}
