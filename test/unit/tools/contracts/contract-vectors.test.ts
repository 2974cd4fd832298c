import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contractVectors } from '../../../../tools/contracts/contract-vectors.ts'
import { MESSAGE_TYPES, randomMessage } from '../../../../tools/contracts/random-messages.ts'

const CONTRACT = { chainId: 1, verifyingContract: `0x${'22'.repeat(20)}` } as const

test('the vectors that the contracts are held against are those of this code', () => {
  const path = new URL('../../../vectors/contracts.json', import.meta.url)
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(contractVectors())))
})

test('no two types of message share a digest', () => {
  const digests = MESSAGE_TYPES.flatMap((type) =>
    Array.from({ length: 200 }, (_, i) => randomMessage(type, i, CONTRACT).digest),
  )
  expect(MESSAGE_TYPES).toHaveLength(12)
  expect(new Set(digests).size).toBe(2_400)
})

test('a message for the chain is for one chain and one contract, and one off the chain for all', () => {
  const elsewhere = { ...CONTRACT, chainId: 2 }
  const other = { ...CONTRACT, verifyingContract: `0x${'33'.repeat(20)}` } as const
  for (const type of MESSAGE_TYPES) {
    const digests = [CONTRACT, elsewhere, other].map((contract) => randomMessage(type, 0, contract).digest)
    expect(new Set(digests).size).toBe(type.isForChain ? 3 : 1)
  }
})
