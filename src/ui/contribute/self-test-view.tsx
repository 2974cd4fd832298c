import './self-test-view.css'
import type { EngineInfo, SelfTestReport } from '../../stores/index.ts'
import { inDifference } from '../wording/amounts.ts'
import { outcomeInWords, providerName, selfTestSummary } from '../wording/self-test-wording.ts'

export function SelfTestView({ engine }: { engine: EngineInfo }) {
  return (
    <>
      <p>{selfTestSummary(engine.selfTests)}</p>
      <details>
        <summary>Every question and its answer</summary>
        {engine.selfTests.map((report) => (
          <SelfTestTable key={report.provider} report={report} />
        ))}
      </details>
    </>
  )
}

function SelfTestTable({ report }: { report: SelfTestReport }) {
  return (
    <table className="self-test">
      <caption>
        {providerName(report.provider)}: {outcomeInWords(report)}
      </caption>
      <thead>
        <tr>
          <th scope="col">Known answer</th>
          <th scope="col">Largest difference</th>
          <th scope="col">Result</th>
        </tr>
      </thead>
      <tbody>
        {report.steps.map((step) => (
          <tr key={step.name} data-passed={step.passed}>
            <th scope="row">{step.name}</th>
            <td>{inDifference(step.maxDifference)}</td>
            <td>{step.passed ? 'right' : 'wrong'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
