import type { ComparedPair } from '../../stores/index.ts'
import { directionInWords, measuredFacts } from '../wording/calibrate-wording.ts'

/** One direction of the comparison in a few plain numbers; the file has all of them. */
export function ComparedTable({ pair }: { pair: ComparedPair }) {
  return (
    <table className="compared">
      <caption>{directionInWords(pair)}</caption>
      <tbody>
        {measuredFacts(pair).map(({ name, value }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
