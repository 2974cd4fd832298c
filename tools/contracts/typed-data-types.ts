import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './forge-environment.ts'

export interface TypedDataType {
  primaryType: string
  fields: { name: string; type: string }[]
}

/** The EIP-712 types that are for the chain, as the contracts write them: what TypeScript signs is generated from what Solidity hashes. */
export function chainTypes(): TypedDataType[] {
  const source = readFileSync(join(ROOT, 'contracts/src/libraries/ChainMessages.sol'), 'utf8')
  const found = [...source.matchAll(/keccak256\(\s*"([A-Z]\w*)\(([^"]*)\)"\s*\)/g)].map(
    ([, name = '', fields = '']) => ({
      primaryType: name,
      fields: fields.split(',').map((field) => {
        const [type = '', label = ''] = field.split(' ')
        return { name: label, type }
      }),
    }),
  )
  if (found.length === 0) throw new Error('ChainMessages.sol holds no type.')
  return found
}
