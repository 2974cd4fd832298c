import { spawn } from 'node:child_process'

export interface CommandResult {
  exitCode: number
  /** stdout and stderr as they came. */
  output: string
}

export interface CommandOptions {
  cwd: string
  env: NodeJS.ProcessEnv
  limitMs: number
}

/** Runs a program to its end, and ends it with all its children at the limit or when we are told to stop. Never rejects. */
export function runCommand(
  [program = '', ...args]: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const { cwd, env, limitMs } = options
    // A group of its own, so that browsers and servers that it started end with it.
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    const endGroup = (): void => {
      if (child.pid !== undefined) killGroup(child.pid)
    }
    const stop = (): void => {
      endGroup()
      process.exit(130)
    }
    const timer = setTimeout(() => {
      chunks.push(Buffer.from(`\nEnded: it ran longer than ${limitMs / 1000} s.\n`))
      endGroup()
    }, limitMs)
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)

    const settle = (exitCode: number): void => {
      clearTimeout(timer)
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      endGroup()
      resolve({ exitCode, output: Buffer.concat(chunks).toString() })
    }
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`))
      settle(1)
    })
    // `exit`, not `close`: a stray grandchild that holds the pipe must not hold us.
    child.once('exit', (code) => setImmediate(settle, code ?? 1))
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Everyone in it has ended already.
  }
}
