import { expect, test } from 'vitest'
import { answerKeys } from '../../../src/stores/answer-keys.ts'
import { audit, TOLERANT_VERIFIER, verifier } from '../../doubles/sample-audits.ts'
import { leg } from '../../doubles/sample-locus.ts'

test('names every key behind an answer once: those who computed it, then those who were drawn', () => {
  const legs = [leg(), leg({ providerKey: '6f'.repeat(64) }), leg({ firstToken: 64 })]
  const audits = [
    audit(),
    audit({ stage: 'committee', verifiers: [TOLERANT_VERIFIER, verifier({ verifierKey: 'e0' })] }),
  ]
  expect(answerKeys({ legs, audits }).map(({ key, role }) => [key.slice(0, 2), role])).toEqual([
    ['5e', 'provider'],
    ['6f', 'provider'],
    ['b7', 'verifier'],
    ['c8', 'verifier'],
    ['e0', 'verifier'],
  ])
})

test('a provider that was also drawn is named as the provider', () => {
  const { providerKey } = leg()
  const audits = [audit({ verifiers: [verifier({ verifierKey: providerKey })] })]
  expect(answerKeys({ legs: [leg()], audits }).map(({ role }) => role)).toEqual(['provider'])
})
