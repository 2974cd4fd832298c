/**
 * `npm test`: every gate, fast ones first, each on one line; what a failing one printed follows it. The last line is
 * `N passed, N failed`: tests of vitest one by one, every other gate as one. Names of steps as arguments run only those.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureChromium } from './chromium.ts'
import { GATE_STEPS, type GateStep, reportPath } from './gate-steps.ts'
import { runCommand } from './run-command.ts'
import { outcomeOfGate, outcomeOfTests, type StepOutcome, type VitestReport } from './step-outcome.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

async function runStep(step: GateStep): Promise<StepOutcome & { output: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env, PATH: localPath(), NO_COLOR: '1', FORCE_COLOR: undefined }
  if (step.needsChromium === true) {
    try {
      env['CHROMIUM_PATH'] = ensureChromium()
    } catch (error) {
      return { passed: 0, failed: 1, output: String(error) }
    }
  }
  if (step.project !== undefined) rmSync(join(ROOT, reportPath(step.project)), { force: true })
  const { exitCode, output } = await runCommand(step.command, { cwd: ROOT, env, limitMs: step.limitMs })
  const outcome =
    step.project === undefined
      ? outcomeOfGate(step, exitCode, output)
      : outcomeOfTests(readReport(step.project), exitCode)
  return { ...outcome, output }
}

/** The repository's own tools, and its own Node, come before the machine's. */
function localPath(): string {
  const own = [join(ROOT, 'node_modules/.bin'), join(ROOT, 'node_modules/node/bin')]
  return [...own, process.env['PATH'] ?? ''].join(delimiter)
}

function readReport(project: string): VitestReport | null {
  try {
    return JSON.parse(readFileSync(join(ROOT, reportPath(project)), 'utf8')) as VitestReport
  } catch {
    return null
  }
}

function chosenSteps(names: string[]): readonly GateStep[] {
  const known = new Set(GATE_STEPS.map(({ name }) => name))
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length > 0) throw new Error(`No such step: ${unknown.join(', ')}. There are: ${[...known].join(', ')}.`)
  return names.length === 0 ? GATE_STEPS : GATE_STEPS.filter(({ name }) => names.includes(name))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

mkdirSync(join(ROOT, '.cache/test'), { recursive: true })
const failedSteps = new Set<string>()
let passed = 0
let failed = 0

for (const step of chosenSteps(process.argv.slice(2))) {
  const missing = step.needs?.find((name) => failedSteps.has(name))
  if (missing !== undefined) {
    failed += 1
    failedSteps.add(step.name)
    print(`FAIL  ${step.name.padEnd(14)} not run: ${missing} failed`)
    continue
  }
  const startedMs = performance.now()
  const result = await runStep(step)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  passed += result.passed
  failed += result.failed
  const counts = step.project === undefined ? '' : `, ${result.passed} passed, ${result.failed} failed`
  print(`${result.failed === 0 ? 'ok  ' : 'FAIL'}  ${step.name.padEnd(14)} ${seconds} s${counts}`)
  if (result.failed > 0) {
    failedSteps.add(step.name)
    print(result.output.trimEnd())
    if (result.complaint !== undefined) print(`${step.name}: ${result.complaint}`)
  } else if (step.name === 'size') {
    print(result.output.trimEnd().replaceAll(/^/gm, '        '))
  }
}

if (failedSteps.size > 0) print(`\nFailed: ${[...failedSteps].join(', ')}`)
print(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
