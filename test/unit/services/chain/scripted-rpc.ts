import type { JsonRpc, RpcAnswer, RpcCall } from '../../../../src/wallet/json-rpc.ts'

type Script = (call: RpcCall) => RpcAnswer | Promise<RpcAnswer>

export interface ScriptedRpc extends JsonRpc {
  /** Everything that came through. */
  readonly calls: RpcCall[]
}

export function createScriptedRpc(script: Script): ScriptedRpc {
  const calls: RpcCall[] = []
  return {
    calls,
    batch(asked) {
      calls.push(...asked)
      return Promise.all(asked.map(async (call) => script(call)))
    },
  }
}

export const result = (value: unknown): RpcAnswer => ({ state: 'result', result: value })
