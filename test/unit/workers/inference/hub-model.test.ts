import { describe, expect, it } from 'vitest'
import type { ModelSource } from '../../../../src/engine/messages.ts'
import { createNodeRuntime } from '../../../../tools/bench/node-runtime.ts'
import type { DecoderFixture } from '../../../../tools/fixtures/decoder-fixture.ts'
import { CORE_FIXTURES, FIXTURES, type NamedFixture } from '../../../../tools/fixtures/fixtures.ts'
import type { Runtime } from '../../../../workers/inference/runtime.ts'
import { requestOf } from './generation/scheduler-world.ts'
import { claimOf, collect } from './requests.ts'

const running = new AbortController().signal
const ROOT = 'ab'.repeat(32)

/** A model as a hub has it: nobody ships known answers with it. The store has verified its files; here they need no digests. */
function sourceOf({ files }: DecoderFixture): ModelSource {
  const listed = [...files].map(([path, bytes]) => ({ path, bytes: bytes.length, chunks: [] }))
  return {
    modelRoot: ROOT,
    manifest: { version: 1, id: 'random', name: 'Random', license: 'none', contextTokens: 128, files: listed },
  }
}

async function load(fixture: DecoderFixture) {
  const runtime = createNodeRuntime()
  const readFile = async (path: string) => fixture.files.get(path)?.slice() ?? new Uint8Array()
  const request = { ...sourceOf(fixture), provider: 'wasm' as const }
  return { runtime, info: await runtime.load(request, { readFile, progress: () => undefined }, running) }
}

/** Generates, and has the same runtime check what it committed. */
async function answerAndCheck(runtime: Runtime, cell: Awaited<ReturnType<typeof load>>['info']['cell']) {
  const request = requestOf({ promptIds: [9, 8, 7, 6, 5, 4, 3], maxTokens: 40 })
  const answer = await collect(runtime.generate(request, running))
  const { promptIds, sampler, seed } = request
  const report = await runtime.check({ promptIds, sampler, seed, ...claimOf(answer), cell }, running)
  return { finish: answer.finish, report }
}

function named(wanted: string): NamedFixture {
  const found = FIXTURES.find(({ name }) => name === wanted)
  if (found === undefined) throw new Error(`no fixture ${wanted}`)
  return found
}

describe('a model from a hub, that came without known answers', () => {
  it.each(CORE_FIXTURES)(
    '$name is tested against the simple loop and packed',
    async ({ create }) => {
      const { runtime, info } = await load(create())
      expect(info.path.kind).toBe('packed')
      expect(info.slots).toBe(8)
      expect(info.cell.exactness).toEqual({ kind: 'window', rows: 2 })
      const { finish, report } = await answerAndCheck(runtime, info.cell)
      expect(finish).toBe('length')
      expect(report).toMatchObject({
        exactPair: true,
        tokensMatched: 40,
        segments: [{ rowsEqual: true }, { rowsEqual: true }],
      })
      await runtime.release()
    },
    60_000,
  )

  it('runs as exported, and says why, where its graph is not understood', async () => {
    const { runtime, info } = await load(named('llama fp32, traced, position ids').create())
    expect(info.path.kind).toBe('plain')
    expect(info.path.note).toMatch(/as it was exported.* GroupQueryAttention/)
    const { report } = await answerAndCheck(runtime, info.cell)
    expect(report).toMatchObject({ tokensMatched: 40 })
    await runtime.release()
  }, 60_000)

  it.each(FIXTURES.filter(({ rowsInfluenceEachOther }) => rowsInfluenceEachOther))(
    '$name is refused, since nobody could check what a row gets from the rows beside it',
    async ({ create }) => {
      await expect(load(create())).rejects.toMatchObject({
        code: 'engine/model-unsupported',
        message: expect.stringContaining('nobody could check'),
      })
    },
  )
})
