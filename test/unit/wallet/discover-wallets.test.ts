import { expect, test } from 'vitest'
import { parseAnnouncement } from '../../../src/wallet/discover-wallets.ts'

const provider = { request: () => Promise.resolve(null) }
const info = { uuid: '350670db', name: 'A wallet', icon: 'data:image/png;base64,AAAA', rdns: 'example.wallet' }

test('an announcement becomes a choice', () => {
  expect(parseAnnouncement({ info, provider })).toEqual({
    choice: { id: 'announced:350670db', name: 'A wallet', icon: 'data:image/png;base64,AAAA', isTest: false },
    provider,
  })
})

test.each([
  ['nothing', undefined],
  ['no info', { provider }],
  ['no provider', { info }],
  ['a provider that cannot be asked', { info, provider: { request: 'yes' } }],
  ['no id', { info: { ...info, uuid: '' }, provider }],
  ['an endless id', { info: { ...info, uuid: 'x'.repeat(101) }, provider }],
  ['a name of nothing to see', { info: { ...info, name: '\u202E\u200B ' }, provider }],
  ['a name that is none', { info: { ...info, name: 7 }, provider }],
])('%s is no wallet', (_, detail) => {
  expect(parseAnnouncement(detail)).toBeNull()
})

test.each([
  ['a server that would be asked', 'https://tracker.example/icon.png'],
  ['a script', 'javascript:alert(1)'],
  ['a page', 'data:text/html,<script>'],
  ['half a gigabyte', `data:image/png;base64,${'A'.repeat(96 * 1024)}`],
  ['nothing', undefined],
])('an icon is a small picture or none: %s', (_, icon) => {
  expect(parseAnnouncement({ info: { ...info, icon }, provider })?.choice.icon).toBeNull()
})

test('a name shows what it is: no line breaks, no turned text, no novel', () => {
  const name = `Meta\u202EMask\n\n\t${'x'.repeat(10_000)}`
  expect(parseAnnouncement({ info: { ...info, name }, provider })?.choice.name).toBe(`Meta Mask ${'x'.repeat(30)}`)
})
