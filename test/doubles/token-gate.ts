export interface TokenGate {
  /** For the scripted engine's `beforeToken`. */
  beforeToken(position: number): Promise<void>
  /** Lets everything pass from now on. */
  open(): void
  /** Position of the last token that was asked for; -1 before the first. */
  readonly reached: number
}

/** Holds a generation before the token at `position`, until it is opened. */
export function createTokenGate(position: number): TokenGate {
  let reached = -1
  let open = (): void => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return {
    async beforeToken(asked) {
      reached = asked
      if (asked >= position) await opened
    },
    open: () => open(),
    get reached() {
      return reached
    },
  }
}
