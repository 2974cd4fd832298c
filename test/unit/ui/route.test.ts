import { describe, expect, it } from 'vitest'
import { evidenceLinkOf, hashOf, hashOfEvidence, ROUTES, routeOf } from '../../../src/ui/route.ts'
import { PEER } from '../../doubles/sample-locus.ts'

describe('routes', () => {
  it('survive the way through the address', () => {
    for (const route of ROUTES) expect(routeOf(hashOf(route))).toBe(route)
  })

  it('carry a link to evidence, which is read on the screen for checks', () => {
    const link = { peerId: PEER, hash: 'd1'.repeat(32) }
    const hash = hashOfEvidence(link)
    expect(hash).toBe(`#/check/${PEER}/${'d1'.repeat(32)}`)
    expect(routeOf(hash)).toBe('check')
    expect(evidenceLinkOf(hash)).toEqual(link)
  })

  it('tell a broken link from no link', () => {
    const whole = hashOfEvidence({ peerId: PEER, hash: 'd1'.repeat(32) })
    const broken = [whole.slice(0, -1), `${whole}/more`, whole.replace('/12D3', '/../'), '#/check/', `${whole}\n`]
    for (const hash of broken) expect([evidenceLinkOf(hash), routeOf(hash)]).toEqual(['broken', 'check'])
    expect(['#/check', '', '#/checks/x'].map(evidenceLinkOf)).toEqual([null, null, null])
  })

  it('begin at Contribute, whatever the hash says', () => {
    expect(['', '#', '#/', '#/nowhere', '#/ask/2', '#main'].map(routeOf)).toEqual(Array(6).fill('contribute'))
  })
})
