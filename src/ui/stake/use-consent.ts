import { type RefObject, useEffect, useRef, useState } from 'react'

export interface ConsentSwitch {
  isOpen: boolean
  open: () => void
  close: () => void
  /** Of what opened it, which gets the focus back. */
  opener: RefObject<HTMLButtonElement | null>
}

export function useConsent(): ConsentSwitch {
  const [isOpen, setIsOpen] = useState(false)
  const wasOpen = useRef(false)
  const opener = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (wasOpen.current && !isOpen) opener.current?.focus()
    wasOpen.current = isOpen
  }, [isOpen])
  return { isOpen, open: () => setIsOpen(true), close: () => setIsOpen(false), opener }
}
