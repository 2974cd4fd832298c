/** The gates in the order they run: what fails fast comes first. */
export interface GateStep {
  name: string
  command: string[]
  /** What the step does when it works; a hang is a failure, not a long wait. */
  limitMs: number
  /** What it prints of how much it looked at, in group 1: absent or `0` is a failure even if the tool is content. */
  mustHaveSeen?: RegExp
  /** A vitest project: its tests count one by one. */
  project?: string
  /** Steps without which this one means nothing. */
  needs?: string[]
  needsChromium?: boolean
}

const MINUTE_MS = 60_000

export const GATE_STEPS: readonly GateStep[] = [
  {
    name: 'format',
    command: ['biome', 'check'],
    limitMs: MINUTE_MS,
    mustHaveSeen: /Checked (\d+) files/,
  },
  {
    name: 'types',
    // Forced: TypeScript 7 keeps the errors of an earlier build when only a tsconfig has changed.
    // A project without files is an error to it, and test/unit/architecture asserts that the root names every project.
    command: ['tsc', '--build', '--force'],
    limitMs: 5 * MINUTE_MS,
  },
  {
    name: 'lint',
    command: ['oxlint'],
    limitMs: 5 * MINUTE_MS,
    mustHaveSeen: /on (\d+) files/,
  },
  {
    name: 'dead code',
    command: ['knip'],
    limitMs: 2 * MINUTE_MS,
  },
  {
    name: 'test-only code',
    command: ['knip', '--production'],
    limitMs: 2 * MINUTE_MS,
  },
  {
    // The vectors again, by other arithmetic than ours: Python's integers and numpy's floats.
    name: 'references',
    command: ['node', 'tools/vectors/check-references.ts'],
    limitMs: 5 * MINUTE_MS,
    mustHaveSeen: /(\d+) compared/,
  },
  vitestStep('unit', 12),
  {
    name: 'build',
    command: ['vite', 'build', '--logLevel', 'warn'],
    limitMs: 3 * MINUTE_MS,
  },
  {
    name: 'size',
    command: ['node', 'tools/test/check-size.ts'],
    limitMs: MINUTE_MS,
    mustHaveSeen: /before Start: (\d+)/,
    needs: ['build'],
  },
  {
    name: 'contracts',
    // Short forms; the first run compiles.
    command: ['node', 'tools/contracts/check-contracts.ts'],
    limitMs: 5 * MINUTE_MS,
    mustHaveSeen: /(\d+) tests of contracts passed/,
  },
  vitestStep('network', 10),
  { ...vitestStep('browser', 15), needsChromium: true },
  { ...vitestStep('e2e', 20), needsChromium: true, needs: ['build'] },
]

/** Where a vitest step leaves its counts, relative to the root. */
export function reportPath(project: string): string {
  return `.cache/test/${project}.json`
}

function vitestStep(project: string, limitMinutes: number): GateStep {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportPath(project)}`]
  return {
    name: project,
    command: ['vitest', 'run', '--project', project, ...reporters],
    limitMs: limitMinutes * MINUTE_MS,
    project,
  }
}
