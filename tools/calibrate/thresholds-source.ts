import type { ThresholdTable } from '../../src/protocol/evidence/thresholds.ts'

/** The source of thresholds.gen.ts, as the formatter leaves it. Cells and limits stand in it once. */
export function thresholdsSource({ version, pairs }: ThresholdTable): string {
  const cells = createNumbering('CELLS')
  const limits = createNumbering('LIMITS')
  const rows = pairs.map(({ provider, checker, segments, thresholds }) => {
    const [from, to, limit] = [cells.nameOf(provider), cells.nameOf(checker), limits.nameOf(thresholds)]
    return `    { provider: ${from}, checker: ${to}, segments: ${segments}, thresholds: ${limit} },\n`
  })
  return `import type { CellClass } from './cell-class.ts'
import type { Thresholds, ThresholdTable } from './thresholds.ts'

// Written by \`npm run calibrate\`. Do not edit.

const CELLS = [
${cells.source()}] as const satisfies CellClass[]

const LIMITS = [
${limits.source()}] as const satisfies Thresholds[]

/** Limits for pairs of cells, as measured; docs/calibration.md says on what. */
export const THRESHOLDS: ThresholdTable = {
  version: ${version},
  pairs: [
${rows.join('')}  ],
}
`
}

/** Gives equal objects one place in a list. */
function createNumbering(list: string) {
  const literals: string[] = []
  return {
    nameOf(value: Readonly<Record<string, string | number>>): string {
      const literal = literalOf(value)
      if (!literals.includes(literal)) literals.push(literal)
      return `${list}[${literals.indexOf(literal)}]`
    },
    source: () => literals.join(''),
  }
}

function literalOf(value: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(value).map(
    ([key, field]) => `    ${key}: ${typeof field === 'number' ? field : `'${field}'`},\n`,
  )
  return `  {\n${lines.join('')}  },\n`
}
