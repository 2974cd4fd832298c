import type { Door, DoorRequest } from '../../../../services/chain/door.ts'

/** What a door says to this body, with the status that it says it by. */
export async function post(
  door: Door,
  body: unknown,
  change: Partial<DoorRequest> = {},
): Promise<{ status: number; json: unknown }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { status, body: answer } = await door.answer({
    method: 'POST',
    contentType: 'application/json',
    body: new TextEncoder().encode(text),
    caller: '127.0.0.1',
    ...change,
  })
  return { status, json: JSON.parse(answer) }
}

/** Bodies of people who mean no good, or of programs that do not know better. */
export const HOSTILE_BODIES = ['', '{', 'null', '7', '"x"', '{}', '{"__proto__":{"to":"0x"}}', '[[[]]]', '\u0000']
