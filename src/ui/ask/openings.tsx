/** Openings of the kind the embedded model has read; it continues them best. */
const OPENINGS = [
  'Once upon a time there was an old cat who',
  'Peter Rabbit sat in the dear Old Briar-patch and',
  'Far up on the side of Blue Mountain lived',
  'One cold night the fox looked up at the moon and said,',
]

export function Openings({ onChoose }: { onChoose: (opening: string) => void }) {
  return (
    <div className="openings">
      <p id="openings-title">Or take one of these</p>
      <ul aria-labelledby="openings-title">
        {OPENINGS.map((opening) => (
          <li key={opening}>
            <button type="button" onClick={() => onChoose(opening)}>
              {opening}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
