import type { IncomingMessage } from 'node:http'
import type { Door, DoorAnswer } from './door.ts'
import { readBody } from './read-body.ts'

/** 413: of its body not more is read than the door takes, so the connection is good for nothing else. */
export type RequestAnswer = DoorAnswer | { status: 413; body: string }

/** What a door says to a request that came over HTTP. Never rejects. */
export async function answerRequest(door: Door, request: IncomingMessage): Promise<RequestAnswer> {
  const body = await readBody(request, door.maxRequestBytes)
  if (body === null) return { status: 413, body: '{"error":{"code":"door/too-long","message":"That is too long."}}' }
  const caller = request.socket.remoteAddress ?? ''
  return door.answer({ method: request.method, contentType: request.headers['content-type'], body, caller })
}
