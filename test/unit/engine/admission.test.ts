import { describe, expect, it } from 'vitest'
import { createAdmission, MAX_REQUESTS } from '../../../src/engine/admission.ts'
import { CodedError } from '../../../src/protocol/errors.ts'
import { settled } from './scripted-engine-world.ts'

/** Asks for admission and writes down when it is given. */
function visitors() {
  const admission = createAdmission()
  const order: string[] = []
  return {
    admission,
    order,
    async visit(name: string, kind: 'share' | 'exclude', signal?: AbortSignal) {
      const release = await admission[kind](signal)
      order.push(release === null ? `${name} left` : name)
      return release
    },
  }
}

describe('admission to the engine', () => {
  it('lets many in side by side', async () => {
    const { visit, order } = visitors()
    await Promise.all([visit('a', 'share'), visit('b', 'share')])
    expect(order).toEqual(['a', 'b'])
  })

  it('lets one in alone after all before it, and keeps all after it waiting', async () => {
    const { visit, order, admission } = visitors()
    const a = await visit('a', 'share')
    const load = visit('load', 'exclude')
    const b = visit('b', 'share')
    await settled()
    expect([order, admission.isOpen]).toEqual([['a'], false])
    a?.()
    const release = await load
    expect(order).toEqual(['a', 'load'])
    release?.()
    await b
    expect([order, admission.isOpen]).toEqual([['a', 'load', 'b'], true])
  })

  it('is not kept by whoever gave up waiting', async () => {
    const { visit, order } = visitors()
    const a = await visit('a', 'share')
    const controller = new AbortController()
    const load = visit('load', 'exclude', controller.signal)
    const b = visit('b', 'share')
    controller.abort()
    expect(await load).toBeNull()
    await b
    expect(order).toEqual(['a', 'load left', 'b'])
    a?.()
  })

  it('is not given to whoever comes already aborted', async () => {
    const { visit, admission } = visitors()
    expect(await visit('a', 'share', AbortSignal.abort())).toBeNull()
    expect(await admission.exclude()).not.toBeNull()
  })

  it('is left once, however often the release is called', async () => {
    const { visit, order } = visitors()
    const a = await visit('a', 'share')
    await visit('b', 'share')
    a?.()
    a?.()
    void visit('load', 'exclude')
    await settled()
    expect(order).toEqual(['a', 'b'])
  })

  it('is refused beyond the cap, waiting ones included', async () => {
    const { visit } = visitors()
    const a = await visit('a', 'share')
    const others = Array.from({ length: MAX_REQUESTS - 1 }, () => visit('load', 'exclude'))
    await expect(visit('b', 'share')).rejects.toMatchObject({ code: 'engine/busy' })
    a?.()
    ;(await others[0])?.()
    await expect(visit('b', 'share', AbortSignal.timeout(0))).resolves.toBeNull()
  })

  it('can be refused to all who wait', async () => {
    const { visit, admission } = visitors()
    await visit('a', 'share')
    const load = visit('load', 'exclude')
    admission.refuseAll(new CodedError({ code: 'engine/aborted', message: 'Stopped.', nextStep: 'Start.' }))
    await expect(load).rejects.toMatchObject({ code: 'engine/aborted' })
    expect(admission.isOpen).toBe(true)
  })
})
