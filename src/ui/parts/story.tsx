import './story.css'

export interface StoryProps {
  id: string
  /** Written by the person who asked. */
  opening: string
  /** Plain text from a stranger's machine. */
  text: string
  /** In pencil until it was checked, then in ink. */
  isChecked: boolean
}

/** One running text that still shows who wrote what: the opening leans, the answer stands. */
export function Story({ id, opening, text, isChecked }: StoryProps) {
  return (
    <>
      <h2 id={id} className="visually-hidden">
        {opening}
      </h2>
      <p className="story">
        <em>{opening}</em>
        <span className="story-answer" data-checked={isChecked}>
          {text}
        </span>
      </p>
    </>
  )
}
