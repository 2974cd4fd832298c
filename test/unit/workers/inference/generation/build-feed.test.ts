import { expect, it } from 'vitest'
import { buildFeed } from '../../../../../workers/inference/generation/build-feed.ts'

const inputs = [10, 11, 12, 13, 14, 15]

it('feeds a part of a prompt and wants no row of it', () => {
  const feed = buildFeed(inputs, { start: 1, end: 4, drafts: [] }, { slot: 2, rows: 2, wantedFrom: 5, refeed: true })
  expect(feed).toEqual({ slot: 2, start: 1, ids: [11, 12, 13], wantedFrom: 0, wantedCount: 0 })
})

it('wants the last row of a prompt that it feeds to its end', () => {
  const feed = buildFeed(inputs, { start: 3, end: 6, drafts: [] }, { slot: 0, rows: 2, wantedFrom: 5, refeed: true })
  expect(feed).toMatchObject({ ids: [13, 14, 15], wantedFrom: 2, wantedCount: 1 })
})

it('fills a window up with the ids before it, fed again', () => {
  const feed = buildFeed(inputs, { start: 5, end: 6, drafts: [] }, { slot: 0, rows: 4, wantedFrom: 5, refeed: true })
  expect(feed).toEqual({ slot: 0, start: 2, ids: [12, 13, 14, 15], wantedFrom: 3, wantedCount: 1 })
})

it('lets drafts take the place of ids fed again, and wants a row of each', () => {
  const shape = { slot: 0, rows: 4, wantedFrom: 5, refeed: true }
  expect(buildFeed(inputs, { start: 5, end: 6, drafts: [1, 2] }, shape)).toEqual({
    slot: 0,
    start: 4,
    ids: [14, 15, 1, 2],
    wantedFrom: 1,
    wantedCount: 3,
  })
})

it('fills up with filler behind at the very beginning', () => {
  const feed = buildFeed([7], { start: 0, end: 1, drafts: [] }, { slot: 0, rows: 4, wantedFrom: 0, refeed: true })
  expect(feed).toEqual({ slot: 0, start: 0, ids: [7, 0, 0, 0], wantedFrom: 0, wantedCount: 1 })
})

it('never feeds an id again where its bits would change', () => {
  const feed = buildFeed(inputs, { start: 5, end: 6, drafts: [1] }, { slot: 0, rows: 3, wantedFrom: 5, refeed: false })
  expect(feed).toEqual({ slot: 0, start: 5, ids: [15, 1, 0], wantedFrom: 0, wantedCount: 2 })
})
