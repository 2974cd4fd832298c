import { expect, test } from 'vitest'
import { createSharedUse } from '../../../src/participant/shared-use.ts'
import { settle } from './town.ts'

/** One thing with a setting, and users who are let go by name. */
function shop() {
  const sharedUse = createSharedUse()
  const log: string[] = []
  let setting = ''
  const leaving = new Map<string, () => void>()
  return {
    log,
    leave: (name: string) => leaving.get(name)?.(),
    come: (name: string, wanted: string, fails = false) =>
      sharedUse(
        () => setting === wanted,
        async () => {
          if (setting === wanted) return
          setting = wanted
          log.push(`set to ${wanted}`)
          if (fails) throw new Error('will not be set')
        },
        async () => {
          log.push(name)
          await new Promise<void>((resolve) => {
            leaving.set(name, resolve)
          })
          return name
        },
      ),
  }
}

test('those whom one setting suits use it together', async () => {
  const { come, log, leave } = shop()
  const both = [come('a', 'x'), come('b', 'x')]
  await settle()
  expect(log).toEqual(['set to x', 'a', 'b'])
  leave('a')
  leave('b')
  expect(await Promise.all(both)).toEqual(['a', 'b'])
})

test('who needs another setting waits for all of them, and is not overtaken', async () => {
  const { come, log, leave } = shop()
  const all = [come('a', 'x'), come('b', 'y'), come('c', 'x')]
  await settle()
  expect(log).toEqual(['set to x', 'a'])
  leave('a')
  await settle()
  expect(log).toEqual(['set to x', 'a', 'set to y', 'b'])
  leave('b')
  await settle()
  expect(log.slice(-2)).toEqual(['set to x', 'c'])
  leave('c')
  await Promise.all(all)
})

test('a setting that fails is its caller’s failure, and keeps nobody out', async () => {
  const { come, leave } = shop()
  await expect(come('a', 'x', true)).rejects.toThrow('will not be set')
  const next = come('b', 'y')
  await settle()
  leave('b')
  expect(await next).toBe('b')
})
