import type { Sampler } from '../../src/protocol/sampling/sampler.ts'

/** One request; plain data, since it crosses into the page. */
export interface Asked {
  promptIds: number[]
  maxTokens: number
  sampler: Sampler
  /** 32 bytes. */
  seed: number[]
}

export interface Given {
  ids: number[]
  finish: string
}

export interface Standing {
  /** Provisional tokens so far, of all requests, repeated ones included. */
  tokens: number
  isOver: boolean
  /** What became of the worker, in order. */
  recoveries: string[]
}

/** What the page lets its driver do: `globalThis.crashPage`. */
export interface CrashPage {
  /** Loads on whatever this device offers; resolves to the provider. */
  load(): Promise<string>
  /** The same requests on the processor, by an engine that nothing happens to. */
  expected(asked: Asked[]): Promise<Given[]>
  /** All at once; crashes may begin. */
  start(asked: Asked[]): void
  standing(): Standing
  given(): Promise<Given[]>
  facts(): { provider: string; path: string; reports: string[] }
}
