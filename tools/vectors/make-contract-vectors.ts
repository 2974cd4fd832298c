/**
 * Writes test/vectors/contracts.json: what the contracts must compute as TypeScript does. forge reads it (`contracts/test/Vectors.t.sol`), and
 * `test/unit/contracts` computes it again. Run by `npm run vectors`; the output is committed and only changes when the protocol does.
 */
import { writeFile } from 'node:fs/promises'
import { contractVectors } from '../contracts/contract-vectors.ts'

const target = new URL('../../test/vectors/contracts.json', import.meta.url)
await writeFile(target, `${JSON.stringify(contractVectors(), null, 1)}\n`)
