/**
 * Writes `test/vectors/rows.json`: what the embedded model generates on one WASM thread, with the evidence over its rows, computed here in
 * Node. Tests repeat it in Node and in Chromium. Run it after the model, a graph transform or onnxruntime-web has changed.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bytesToHex } from '../../src/protocol/hash.ts'
import type { Sampler } from '../../src/protocol/sampling/sampler.ts'
import { openModelFolder, openNodeReferee } from '../bench/node-runtime.ts'
import { GREEDY } from '../greedy.ts'

/** More than a segment, and a prompt longer than the 32 rows that a broken GPU gets wrong. */
const MAX_TOKENS = 40
const PROMPT =
  'Once upon a time there was a little girl who lived with her grandmother in a small house at the edge of the great forest, and every morning the two of them went out together to gather wood and berries before the sun'
const SAMPLED: Sampler = { temperatureMilli: 800, topK: 40, topPMilli: 950 }

const model = await openModelFolder()
const { runtime, info } = await openNodeReferee(model)
await runtime.loadTokenizer(model.source, model)
const promptIds = await runtime.encodePrompt(PROMPT)
const seed = Uint8Array.from({ length: 32 }, (_, i) => i + 1)
const answers = []
for (const [name, sampler] of Object.entries({ greedy: GREEDY, sampled: SAMPLED })) {
  const outputIds: number[] = []
  const rowsHashes: string[] = []
  const commitments: string[] = []
  const options = { promptIds, resumedIds: [], maxTokens: MAX_TOKENS, stopIds: [], sampler, seed }
  for await (const event of runtime.generate(options, new AbortController().signal)) {
    if (event.type !== 'segment') continue
    outputIds.push(...event.ids)
    rowsHashes.push(bytesToHex(event.rowsHash))
    commitments.push(bytesToHex(event.commitment))
  }
  answers.push({ name, sampler, outputIds, rowsHashes, commitments })
}
const vectors = {
  graphHash: info.cell.graphHash,
  ortVersion: info.cell.ortVersion,
  promptIds,
  seed: bytesToHex(seed),
  answers,
}
await writeFile(join(import.meta.dirname, '../../test/vectors/rows.json'), `${JSON.stringify(vectors, null, 1)}\n`)
console.log(`rows.json: ${answers.length} answers to ${promptIds.length} prompt ids, graph ${info.cell.graphHash}`)
process.exit()
