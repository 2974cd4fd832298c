/** The graph is sound and of a shape that this engine has no plan for. `message` is one plain sentence; never leaves this folder. */
export class NotUnderstood extends Error {
  override name = 'NotUnderstood'
  readonly details: Readonly<Record<string, string>>

  constructor(message: string, details: Readonly<Record<string, string>> = {}) {
    super(message)
    this.details = details
  }
}
