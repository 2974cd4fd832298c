import type { TimedAnswer } from '../statistics/compare-arms.ts'
import type { Arm, ArmFacts, ArmRequest, ArmSpec, CheckTiming, Manner, OpenArm } from './arm.ts'

/** Page to worker; one call at a time. */
export type ArmCall =
  | { type: 'open'; spec: ArmSpec; model: string }
  | { type: 'answer'; requests: ArmRequest[]; manner: Manner }
  | { type: 'check'; request: ArmRequest }
  | { type: 'close' }

/** Worker to page, one per call. */
export type ArmReply =
  | { type: 'opened'; facts: ArmFacts }
  | { type: 'answered'; answers: TimedAnswer[] }
  | { type: 'checked'; timing: CheckTiming }
  | { type: 'closed' }
  | { type: 'failed'; message: string }

/** The side of a worker that an arm needs. */
export interface ArmPort {
  postMessage(message: ArmReply): void
  addEventListener(type: 'message', listener: (event: MessageEvent<ArmCall>) => void): void
}

/** Serves one arm to the page that started this worker. */
export function serveArm(port: ArmPort, open: OpenArm): void {
  let arm: Arm | null = null

  async function reply(call: ArmCall): Promise<ArmReply> {
    switch (call.type) {
      case 'open':
        arm = await open(call.spec, call.model)
        return { type: 'opened', facts: arm.facts }
      case 'answer':
        if (arm === null) throw new Error('the arm is not open')
        return { type: 'answered', answers: await arm.answer(call.requests, call.manner) }
      case 'check':
        if (arm === null || arm.check === null) throw new Error('the arm cannot check')
        return { type: 'checked', timing: await arm.check(call.request) }
      case 'close':
        await arm?.close()
        arm = null
        return { type: 'closed' }
      default:
        return call satisfies never
    }
  }

  port.addEventListener('message', ({ data }) => {
    void reply(data)
      .catch((error: unknown): ArmReply => ({ type: 'failed', message: String(error) }))
      .then((answer) => port.postMessage(answer))
  })
}
