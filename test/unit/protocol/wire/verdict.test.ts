import { expect, test } from 'vitest'
import { ACCEPT, ignore, reject } from '../../../../src/protocol/wire/verdict.ts'

test('an accepted message needs no reason, an ignored and a rejected one carry theirs', () => {
  expect(ACCEPT).toEqual({ verdict: 'accept' })
  expect(ignore('offer/expired')).toEqual({ verdict: 'ignore', code: 'offer/expired' })
  expect(reject('offer/signature')).toEqual({ verdict: 'reject', code: 'offer/signature' })
})
