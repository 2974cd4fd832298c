import { canRun, installWithApt, mayInstall } from './apt.ts'

/** What is on PATH may be another Python than the one that Debian's packages belong to. */
const INTERPRETERS = ['python3', '/usr/bin/python3']

/** A Python that has numpy, in which our vectors were computed a second time; from Debian's packages if there is none and we may. */
export function ensureNumpy(): string {
  const found = findNumpy()
  if (found !== null) return found
  if (mayInstall()) {
    installWithApt(['python3', 'python3-numpy'])
    const installed = findNumpy()
    if (installed !== null) return installed
  }
  throw new Error('No Python 3 with numpy was found. Install them (Debian: apt-get install python3-numpy).')
}

function findNumpy(): string | null {
  return INTERPRETERS.find((interpreter) => canRun(interpreter, ['-c', 'import numpy'])) ?? null
}
