import type { KnownBacking } from '../../stores/index.ts'
import { CopyableId } from '../parts/copyable-id.tsx'
import { Mark } from '../parts/mark.tsx'
import {
  alarmInWords,
  holdingsInWords,
  NO_BACKING_IN_WORDS,
  SLASH_TITLES,
  standsBehindInWords,
} from '../wording/backing-wording.ts'
import { slashInWords } from '../wording/slash-wording.ts'
import type { TokenUnit } from '../wording/token-amount.ts'

/** Who stands behind one key, with how much, and every proof against them. */
export function BackingFacts({ name, known, token }: { name: string; known: KnownBacking; token: TokenUnit }) {
  const { session, holdings, at } = known
  if (session === null || holdings === null) {
    return (
      <>
        <p className="backing-name">{name}</p>
        <p>{NO_BACKING_IN_WORDS}</p>
      </>
    )
  }
  const alarm = alarmInWords(holdings.slashes)
  return (
    <>
      <p className="backing-name">{name}</p>
      {alarm !== null && (
        <p className="backing-alarm">
          <Mark tone="fail" /> <strong>{alarm}</strong>
        </p>
      )}
      <p>
        Wallet <CopyableId id={session.wallet} of={`wallet behind this key: ${name}`} />
      </p>
      <p>
        It {standsBehindInWords(session, at)} {holdingsInWords(holdings, token)}
      </p>
      {holdings.slashes.length > 0 && (
        <ul className="backing-slashes" aria-label={`Proofs against this wallet: ${name}`}>
          {holdings.slashes.map((slash) => (
            <li key={slash.id} data-state={slash.state}>
              <strong>{SLASH_TITLES[slash.state]}</strong> {slashInWords(slash, token)}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
