import { type ExecFileSyncOptions, execFileSync } from 'node:child_process'

/** Whether Debian's packages can be installed here: we are root, and apt is there. */
export function mayInstall(): boolean {
  return process.getuid?.() === 0 && canRun('apt-get', ['--version'])
}

export function installWithApt(packages: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // apt's own output goes to stderr: stdout belongs to the program that asked.
  const options: ExecFileSyncOptions = { env, stdio: ['ignore', 2, 2] }
  execFileSync('apt-get', ['update'], options)
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], options)
}

export function canRun(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
