import { describe, expect, it } from 'vitest'
import { hashOf, ROUTES, routeOf } from '../../../src/ui/route.ts'

describe('routes', () => {
  it('survive the way through the address', () => {
    for (const route of ROUTES) expect(routeOf(hashOf(route))).toBe(route)
  })

  it('begin at Contribute, whatever the hash says', () => {
    expect(['', '#', '#/', '#/nowhere', '#/ask/2', '#main'].map(routeOf)).toEqual(Array(6).fill('contribute'))
  })
})
