/** What makes the engine fast, each of which can be left out to measure what it brings. The tokens are the same either way. */
export interface Techniques {
  /** Replaying a captured step on a GPU instead of encoding it anew. */
  capture: boolean
  /** Rows of several requests in one run; without it they take turns. */
  batch: boolean
  /** Guessing tokens from the text so far. */
  speculation: boolean
  /** Starting from the keys and values of an earlier text that began alike. */
  prefixCache: boolean
  /** Writing 4-bit weights out in f32 for the processor. */
  expand: boolean
  /** Committing rows as they are computed, where that gives a prefill's bits; without it segments are replayed. */
  window: boolean
}

export const ALL_TECHNIQUES: Techniques = {
  capture: true,
  batch: true,
  speculation: true,
  prefixCache: true,
  expand: true,
  window: true,
}
