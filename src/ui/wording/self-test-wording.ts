import type { SelfTestReport } from '../../stores/index.ts'

export function providerName(provider: SelfTestReport['provider']): string {
  return provider === 'webgpu' ? 'GPU, through WebGPU' : 'Processor, through WASM'
}

export function outcomeInWords(report: SelfTestReport): string {
  switch (report.outcome) {
    case 'passed':
      return 'Correct'
    case 'passed-with-smaller-chunk':
      return `Correct up to ${report.prefillChunk} rows at a time`
    case 'refused':
      return 'Wrong answers, not used'
    default:
      return report.outcome satisfies never
  }
}

/** The provider that was chosen is the last one tried that was not refused. */
export function selfTestSummary(reports: readonly SelfTestReport[]): string {
  const chosen = reports.findLast((report) => report.outcome !== 'refused')
  const refused = reports.filter((report) => report.outcome === 'refused')
  return [...refused, ...(chosen === undefined ? [] : [chosen])].map((report) => report.summary).join(' ')
}
