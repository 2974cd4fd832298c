import { describe, expect, test } from 'vitest'
import { concatBytes } from '../../../src/protocol/hash.ts'
import { type Fetch, fetchRange, RangeIgnored } from '../../../src/storage/fetch-range.ts'
import { patternBytes } from './model-server.ts'

const file = patternBytes(1_000, 1)
const range = { url: '/f', path: 'f', start: 400, end: 700, totalBytes: 1_000 }

async function collect(fetch: Fetch, signal?: AbortSignal, wanted = range): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of fetchRange({ fetch, now: () => 0 }, wanted, signal)) pieces.push(piece)
  return concatBytes(...pieces)
}

function partResponse(bytes: Uint8Array<ArrayBuffer>, contentRange: string): Response {
  return new Response(bytes, { status: 206, headers: { 'Content-Range': contentRange } })
}

describe('a part of a file', () => {
  test('is asked for by its first and last byte', async () => {
    let asked: string | null = null
    const bytes = await collect(async (_, init) => {
      asked = new Headers(init.headers).get('Range')
      return partResponse(file.slice(400, 700), 'bytes 400-699/1000')
    })
    expect(asked).toBe('bytes=400-699')
    expect(bytes).toEqual(file.slice(400, 700))
  })

  test('is cut out of the whole where the server ignores the range and that is accepted', async () => {
    const accepting = { ...range, acceptWhole: true }
    expect(await collect(async () => new Response(file), undefined, accepting)).toEqual(file.slice(400, 700))
    await expect(collect(async () => new Response(file))).rejects.toThrow(RangeIgnored)
  })

  test('is believed where another origin hides which part it is', async () => {
    const part = async (): Promise<Response> => new Response(file.slice(400, 700), { status: 206 })
    expect(await collect(part)).toEqual(file.slice(400, 700))
  })

  test('counts every byte that the network delivered, wanted or not', async () => {
    let arrived = 0
    const ports = {
      fetch: async () => new Response(file),
      now: () => 0,
      onArrived: async (bytes: number) => {
        arrived += bytes
      },
    }
    for await (const piece of fetchRange(ports, { ...range, acceptWhole: true })) expect(piece.length).toBe(300)
    expect(arrived).toBe(1_000)
  })

  test('tells nobody where the visitor comes from', async () => {
    const seen: RequestInit[] = []
    await collect(async (_, init) => {
      seen.push(init)
      return partResponse(file.slice(400, 700), 'bytes 400-699/1000')
    })
    expect(seen).toEqual([expect.objectContaining({ credentials: 'omit', referrerPolicy: 'no-referrer' })])
  })

  test('ends where it was asked to, though the server sends more', async () => {
    expect(await collect(async () => partResponse(file.slice(400), 'bytes 400-999/1000'))).toEqual(file.slice(400, 700))
  })

  test('that begins elsewhere is refused', async () => {
    const wrong = collect(async () => partResponse(file.slice(0, 300), 'bytes 0-299/1000'))
    await expect(wrong).rejects.toMatchObject({ code: 'model/download-failed' })
  })

  test('that ends early is truncated, and says after how many bytes', async () => {
    const short = collect(async () => partResponse(file.slice(400, 500), 'bytes 400-499/1000'))
    await expect(short).rejects.toMatchObject({
      code: 'model/truncated',
      details: { haveBytes: 500, totalBytes: 1_000 },
    })
  })

  test('is not asked for at all after a cancel', async () => {
    let calls = 0
    const cancelled = collect(async () => {
      calls += 1
      return new Response(file)
    }, AbortSignal.abort())
    await expect(cancelled).rejects.toMatchObject({ code: 'model/cancelled' })
    expect(calls).toBe(0)
  })

  test('ends the transfer when its reader has enough', async () => {
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(file),
      cancel: () => {
        cancelled = true
      },
    })
    await collect(async () => new Response(endless), undefined, { ...range, start: 0 })
    expect(cancelled).toBe(true)
  })
})
