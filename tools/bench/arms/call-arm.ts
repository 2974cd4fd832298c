import type { Arm, ArmFacts, ArmSpec } from './arm.ts'
import type { ArmCall, ArmReply } from './serve-arm.ts'

/** The page's side of a worker that serves one arm. */
export async function openArmWorker(worker: Worker, spec: ArmSpec, model: string): Promise<Arm> {
  async function call<T extends ArmReply['type']>(message: ArmCall, expected: T): Promise<ArmReply & { type: T }> {
    const reply = await new Promise<ArmReply>((resolve, reject) => {
      worker.addEventListener('message', (event: MessageEvent<ArmReply>) => resolve(event.data), { once: true })
      worker.addEventListener('error', (event) => reject(new Error(`${spec.name}: ${event.message}`)), { once: true })
      worker.postMessage(message)
    })
    if (reply.type === 'failed') throw new Error(`${spec.name}: ${reply.message}`)
    if (reply.type !== expected) throw new Error(`${spec.name} answered ${reply.type} instead of ${expected}`)
    return reply as ArmReply & { type: T }
  }

  const { facts }: { facts: ArmFacts } = await call({ type: 'open', spec, model }, 'opened')
  return {
    facts,
    answer: async (requests, manner) =>
      (await call({ type: 'answer', requests: [...requests], manner }, 'answered')).answers,
    check: async (request) => (await call({ type: 'check', request }, 'checked')).timing,
    async close() {
      await call({ type: 'close' }, 'closed')
      worker.terminate()
    },
  }
}
