import type { ProviderActor } from './provider-actor.ts'

/** Providers that serve every job in one wrong way; what a checker sees of it is measured, and stands in the statistics. */
function alwaysCheats(name: string): ProviderActor {
  return { name, serve: () => ({ kind: 'cheat', cheat: name }) }
}

/** Runs a smaller model than the one that was asked for. */
export const OTHER_MODEL = alwaysCheats('other-model')
/** Runs the right model in fewer bits. */
export const CHEAP_PRECISION = alwaysCheats('cheap-precision')
/** Answers another prompt: an advertisement before it, or its beginning cut off. */
export const EDITED_PROMPT = alwaysCheats('edited-prompt')
/** Samples with a seed of its own, and hands out answers that it already has. */
export const WRONG_SEED = alwaysCheats('wrong-seed')
/** Makes the text cheaply, then one honest prefill over it for the evidence. */
export const PREFILL_SPOOF = alwaysCheats('prefill-spoof')
/** Commits to what rows look like on average. */
export const CONSTANT_GUESS = alwaysCheats('constant-guess')
/** Commits to the evidence of another answer. */
export const COPIED_EVIDENCE = alwaysCheats('copied-evidence')
/** Commits to nothing. */
export const NULL_EVIDENCE = alwaysCheats('null-evidence')
/** Makes no text at all, only tokens. */
export const RANDOM_TOKENS = alwaysCheats('random-tokens')
