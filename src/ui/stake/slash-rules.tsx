import { Fact, Facts } from '../parts/facts.tsx'
import { SLASH_IN_SHORT, SLASH_RULES } from '../wording/slash-wording.ts'

export function SlashRules() {
  return (
    <div className="slash-rules">
      <h3>How a stake can be lost</h3>
      <p className="stake-words">{SLASH_IN_SHORT}</p>
      <details>
        <summary>The rules, and whom you trust for them</summary>
        <Facts>
          {SLASH_RULES.map(({ title, words }) => (
            <Fact key={title} name={title}>
              {words}
            </Fact>
          ))}
        </Facts>
      </details>
    </div>
  )
}
