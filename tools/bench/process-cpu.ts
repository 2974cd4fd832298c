import { readdir, readFile } from 'node:fs/promises'

/** Processor time so far, in milliseconds. */
export interface CpuTime {
  /** Of the threads of workers, where models run: what a busy page would feel. */
  workersMs: number
  /** Of all threads, those that collect garbage and talk to the graphics card among them. */
  processMs: number
}

/** How Chromium names a dedicated worker's thread, cut as Linux cuts it. */
const WORKER_THREAD = 'DedicatedWorker'

/**
 * Processor time of a process, to the nanosecond as Linux's scheduler counts it; null elsewhere.
 * Source: Linux, Documentation/scheduler/sched-stats.rst, `/proc/<pid>/schedstat`.
 */
export async function processCpu(pid: number): Promise<CpuTime | null> {
  const folder = `/proc/${pid}/task`
  const threads = await readdir(folder).catch(() => [])
  if (threads.length === 0) return null
  // A thread may end between two reads.
  const read = (thread: string, file: string) => readFile(`${folder}/${thread}/${file}`, 'utf8').catch(() => '')
  const times = await Promise.all(
    threads.map(async (thread) => ({
      name: (await read(thread, 'comm')).trim(),
      ms: parseSchedstat(await read(thread, 'schedstat')),
    })),
  )
  const sum = (own: typeof times) => own.reduce((total, { ms }) => total + ms, 0)
  return { workersMs: sum(times.filter(({ name }) => name.startsWith(WORKER_THREAD))), processMs: sum(times) }
}

/** Most memory that a process ever had resident, in bytes; null where nobody can say. */
export async function peakResidentBytes(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? []
  return kibibytes === undefined ? null : Number(kibibytes) * 1_024
}

/** The first number is the time on a processor, in nanoseconds. */
export function parseSchedstat(text: string): number {
  const [nanoseconds = ''] = text.trim().split(' ')
  return nanoseconds === '' ? 0 : Number(nanoseconds) / 1e6
}
