import { describe, expect, test } from 'vitest'
import { createFrameQueue, type FrameQueue } from '../../../src/network/frame-queue.ts'

const frame = (n: number): Uint8Array => Uint8Array.of(n)

async function drain(queue: FrameQueue): Promise<number[]> {
  const read: number[] = []
  for await (const bytes of queue) read.push(bytes[0] ?? -1)
  return read
}

describe('the unread queue', () => {
  test('gives frames in order, whether they come before or after they are asked for', async () => {
    const queue = createFrameQueue({ maxFrames: 2, maxBytes: 10 })
    const frames = queue[Symbol.asyncIterator]()
    queue.push(frame(1))
    expect((await frames.next()).value).toEqual(frame(1))
    const waiting = frames.next()
    queue.push(frame(2))
    expect((await waiting).value).toEqual(frame(2))
  })

  test('is full at its number of frames and at its number of bytes, and has room again after a read', async () => {
    const byCount = createFrameQueue({ maxFrames: 1, maxBytes: 10 })
    expect([byCount.push(frame(1)), byCount.push(frame(2))]).toEqual([true, false])
    await byCount[Symbol.asyncIterator]().next()
    expect(byCount.push(frame(3))).toBe(true)
    const byBytes = createFrameQueue({ maxFrames: 9, maxBytes: 4 })
    expect([byBytes.push(new Uint8Array(4)), byBytes.push(frame(1))]).toEqual([true, false])
    await byBytes[Symbol.asyncIterator]().next()
    expect(byBytes.push(new Uint8Array(4))).toBe(true)
  })

  test('gives a reader who waits a frame of any size', async () => {
    const queue = createFrameQueue({ maxFrames: 1, maxBytes: 1 })
    const waiting = queue[Symbol.asyncIterator]().next()
    expect(queue.push(new Uint8Array(5))).toBe(true)
    expect((await waiting).value).toHaveLength(5)
  })

  test('that ends or fails still gives what came before, and nothing that comes after', async () => {
    const ended = createFrameQueue({ maxFrames: 5, maxBytes: 5 })
    ended.push(frame(1))
    ended.end()
    ended.push(frame(2))
    expect(await drain(ended)).toEqual([1])
    const failed = createFrameQueue({ maxFrames: 5, maxBytes: 5 })
    failed.push(frame(1))
    failed.fail(new Error('first'))
    failed.fail(new Error('second'))
    const frames = failed[Symbol.asyncIterator]()
    expect((await frames.next()).value).toEqual(frame(1))
    await expect(frames.next()).rejects.toThrow('first')
  })

  test('that is discarded gives only the reason', async () => {
    const queue = createFrameQueue({ maxFrames: 5, maxBytes: 5 })
    queue.push(frame(1))
    queue.discard(new Error('aborted'))
    await expect(drain(queue)).rejects.toThrow('aborted')
  })

  test('wakes a reader when it ends and when it fails', async () => {
    const ended = createFrameQueue({ maxFrames: 5, maxBytes: 5 })
    const end = ended[Symbol.asyncIterator]().next()
    ended.end()
    expect((await end).done).toBe(true)
    const failed = createFrameQueue({ maxFrames: 5, maxBytes: 5 })
    const failure = failed[Symbol.asyncIterator]().next()
    failed.fail(new Error('lost'))
    await expect(failure).rejects.toThrow('lost')
  })

  test('that its reader leaves swallows the rest and never fills', async () => {
    const queue = createFrameQueue({ maxFrames: 1, maxBytes: 1 })
    queue.push(frame(1))
    for await (const first of queue) {
      expect(first).toEqual(frame(1))
      break
    }
    expect([queue.push(frame(2)), queue.push(frame(3)), queue.push(new Uint8Array(9))]).toEqual([true, true, true])
  })

  test('is iterated once, and one frame is waited for at a time', async () => {
    const queue = createFrameQueue({ maxFrames: 1, maxBytes: 1 })
    const frames = queue[Symbol.asyncIterator]()
    expect(() => queue[Symbol.asyncIterator]()).toThrow('iterated once')
    void frames.next()
    await expect(frames.next()).rejects.toThrow('already being waited for')
  })
})
