import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as limits from '../../../src/protocol/limits.ts'

test('docs/protocol.md §8 lists exactly the limits that there are, with their values', async () => {
  const text = await readFile(join(import.meta.dirname, '../../../docs/protocol.md'), 'utf8')
  const section = text.slice(text.indexOf('## 8. Limits'), text.indexOf('## 9.'))
  const rows = [...section.matchAll(/^\| `([A-Z0-9_]+)` \| ([\d,]+) \| .+ \|$/gm)]
  const listed = Object.fromEntries(rows.map(([, name, value]) => [name, Number(value?.replaceAll(',', ''))]))
  expect(listed).toEqual({ ...limits })
  expect(rows.length).toBeGreaterThan(10)
})

test('limits that depend on each other fit together', () => {
  expect(limits.MAX_OUTPUT_TOKENS % limits.SEGMENT_TOKENS).toBe(0)
  expect(limits.HEARTBEAT_SUSPECT_MS).toBeGreaterThanOrEqual(3 * limits.HEARTBEAT_INTERVAL_MS)
  expect(limits.MAX_OFFER_LIFETIME_MS).toBeGreaterThan(limits.MAX_CLOCK_SKEW_MS)
})
