/** protocol.md §7, as far as this version keeps it. */
const PROMISES = [
  'It never computes for others before you press Contribute.',
  'Of all your Locus tabs, one computes at a time.',
  'It stops within one segment, 32 tokens, of you saying so.',
  'It pauses on a low battery or metered data, where the browser tells, and says so.',
  'Contributing includes being drawn by lot to check what others answered. It then signs what it finds, and nothing else.',
]

export function Promises() {
  return (
    <section className="promises" aria-labelledby="promises-title">
      <h2 id="promises-title">What this page promises you</h2>
      <ul>
        {PROMISES.map((promise) => (
          <li key={promise}>{promise}</li>
        ))}
      </ul>
    </section>
  )
}
