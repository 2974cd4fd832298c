import type { FloatType } from './captured-graph.ts'
import type { Step } from './captured-step.ts'
import type { GpuBuffers } from './gpu-buffers.ts'
import {
  advanceShader,
  CANDIDATES,
  candidatesShader,
  LOG_HEAD_WORDS,
  SEQUENCE_WORDS,
  SORT_SPAN,
} from './resident-shaders.ts'

export interface ResidentHeadOptions {
  device: GPUDevice
  gpuBuffers: GpuBuffers
  vocabularySize: number
  hiddenSize: number
  logitsType: FloatType
  positions: boolean
  stepRows: number
  maxSequences: number
  maxSteps: number
}

/** What follows a step on the device: the next token's guess, the next inputs, the log. */
export interface ResidentHead {
  /** `SEQUENCE_WORDS` words each, see resident-shaders.ts. */
  readonly sequences: GPUBuffer
  /** Entries of `entryWords` words, [step][sequence]. */
  readonly log: GPUBuffer
  readonly entryWords: number
  /** Encodes the work that makes `step` the next one of its `count` sequences. */
  advance(pass: GPUComputePassEncoder, step: Step, count: number): void
}

/** Compiles the shaders. Rejects where the device cannot. */
export async function createResidentHead(options: ResidentHeadOptions): Promise<ResidentHead> {
  const { device, gpuBuffers, vocabularySize, hiddenSize, stepRows, maxSequences } = options
  const entryWords = LOG_HEAD_WORDS + hiddenSize
  const sequences = gpuBuffers.storage(maxSequences * SEQUENCE_WORDS * 4)
  const log = gpuBuffers.storage(options.maxSteps * maxSequences * entryWords * 4)
  const compile = (code: string) =>
    device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } })
  const firstPipeline = await compile(candidatesShader(true, options.logitsType === 'float16'))
  const laterPipeline = await compile(candidatesShader(false, false))
  const advancePipeline = await compile(advanceShader({ rows: stepRows, hiddenSize, positions: options.positions }))

  const stages = stagesOf(vocabularySize).map(({ count, groups }, i) => {
    const sizes = device.createBuffer({ size: 16, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST })
    device.queue.writeBuffer(sizes, 0, Uint32Array.of(count, stepRows))
    const best = gpuBuffers.storage(maxSequences * groups * CANDIDATES * 8)
    return { pipeline: i === 0 ? firstPipeline : laterPipeline, groups, sizes, best }
  })
  const bound = new Map<Step, { stages: GPUBindGroup[]; advance: GPUBindGroup }>()

  function bind(pipeline: GPUComputePipeline, buffers: readonly GPUBuffer[]): GPUBindGroup {
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
    return device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries })
  }

  function groupsOf(step: Step): { stages: GPUBindGroup[]; advance: GPUBindGroup } {
    const known = bound.get(step)
    if (known !== undefined) return known
    const { logits, hidden, ids, seqlens, total, positions } = step.buffers
    const best = stages.at(-1)?.best ?? logits
    const groups = {
      stages: stages.map((stage, i) =>
        bind(stage.pipeline, [stages[i - 1]?.best ?? logits, stage.best, stage.sizes, ...(i === 0 ? [sequences] : [])]),
      ),
      advance: bind(advancePipeline, [
        sequences,
        best,
        hidden,
        ids,
        seqlens,
        total,
        log,
        ...(positions === null ? [] : [positions]),
      ]),
    }
    bound.set(step, groups)
    return groups
  }

  return {
    sequences,
    log,
    entryWords,
    advance(pass, step, count) {
      const groups = groupsOf(step)
      for (const [i, stage] of stages.entries()) {
        pass.setPipeline(stage.pipeline)
        pass.setBindGroup(0, groups.stages[i])
        pass.dispatchWorkgroups(stage.groups, count)
      }
      pass.setPipeline(advancePipeline)
      pass.setBindGroup(0, groups.advance)
      pass.dispatchWorkgroups(count)
    },
  }
}

/** Sorting rounds, each leaving 64 of every 1,024, until one workgroup has the last word. */
export function stagesOf(vocabularySize: number): { count: number; groups: number }[] {
  const stages = []
  let count = vocabularySize
  for (;;) {
    const groups = Math.ceil(count / SORT_SPAN)
    stages.push({ count, groups })
    if (groups === 1) return stages
    count = groups * CANDIDATES
  }
}
