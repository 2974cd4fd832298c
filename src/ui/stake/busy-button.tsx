import type { ReactNode, Ref } from 'react'
import { isBusy } from '../../stores/index.ts'
import { useStake } from '../app-context.ts'

export interface BusyButtonProps {
  children: ReactNode
  /** Absent: it sends its form. */
  onPress?: () => void
  isPlain?: boolean
  ref?: Ref<HTMLButtonElement>
}

/** Does nothing while something is under way. It stays in reach of the keyboard: whoever pressed it keeps their place. */
export function BusyButton({ children, onPress, isPlain = false, ref }: BusyButtonProps) {
  const isWaiting = useStake((model) => isBusy(model.task))
  return (
    <button
      ref={ref}
      type={onPress === undefined ? 'submit' : 'button'}
      className={isPlain ? 'button button-plain' : 'button'}
      aria-disabled={isWaiting}
      onClick={(event) => {
        if (isWaiting) event.preventDefault()
        else onPress?.()
      }}
    >
      {children}
    </button>
  )
}
