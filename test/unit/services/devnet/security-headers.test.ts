import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { securityHeaders } from '../../../../services/devnet/security-headers.ts'
import { DEFAULT_HUB } from '../../../../src/storage/model-store.ts'

const policy = securityHeaders(['ws://127.0.0.1:4601'])['content-security-policy'] ?? ''

function sourcesOf(text: string): string[] {
  return /connect-src ([^;]+)/.exec(text)?.[1]?.split(' ') ?? []
}

test('the page may reach itself, its relay and the hub, and nothing else', () => {
  expect(sourcesOf(policy)).toEqual([
    "'self'",
    'ws://127.0.0.1:4601',
    DEFAULT_HUB,
    'https://*.huggingface.co',
    'https://*.hf.co',
  ])
})

test('the policy in the page itself names the same hub', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../../index.html'), 'utf8')
  const ofHub = (sources: string[]): string[] => sources.filter((source) => source.startsWith('https:'))
  expect(ofHub(sourcesOf(page))).toEqual(ofHub(sourcesOf(policy)))
})
