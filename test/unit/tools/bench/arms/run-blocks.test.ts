import { describe, expect, it } from 'vitest'
import type { Arm } from '../../../../../tools/bench/arms/arm.ts'
import { runBlocks } from '../../../../../tools/bench/arms/run-blocks.ts'

/** Writes down when it is asked, and answers with its prompt. */
function echoArm(name: string, asked: string[]): { name: string; arm: Arm; manner: 'serial' } {
  const arm: Arm = {
    facts: { ortVersion: '', openMs: 0, info: null },
    check: null,
    async answer(requests) {
      asked.push(name)
      return requests.map(({ promptIds }) => ({ ids: promptIds, arrivalsMs: promptIds, cpu: null }))
    },
    close: async () => undefined,
  }
  return { name, arm, manner: 'serial' }
}

describe('runBlocks', () => {
  it('gives every arm the same requests of a block, in ABBA order', async () => {
    const asked: string[] = []
    const turns = await runBlocks([echoArm('A', asked), echoArm('B', asked)], {
      blocks: 3,
      requestsOf: (block) => [{ promptIds: [block], maxTokens: 1 }],
    })
    expect(asked.join('')).toBe('ABBAAB')
    expect(turns.map(({ arm, block, answers }) => `${arm}${block}:${answers[0]?.ids.join()}`)).toEqual(
      'A0:0 B0:0 B1:1 A1:1 A2:2 B2:2'.split(' '),
    )
  })
})
