import { Environment, Interpreter, Template } from '@huggingface/jinja'
import { MAX_RENDERED_CHARS, type TemplateJob, type TemplateOutcome } from './messages.ts'

/**
 * Nodes of the syntax tree that may be evaluated, and elements of the lists that they give. The longest templates of today evaluate about 2,000 for a message, so this is a
 * conversation of a hundred messages; it takes about a second.
 */
export const MAX_STEPS = 200_000

/** Elements of one list, and numbers of one range. */
export const MAX_LIST_ITEMS = 100_000

/** Characters of all texts that may be made on the way, thrown away ones included: what a page can spare for a prompt. */
export const MAX_MADE_CHARS = 64 * MAX_RENDERED_CHARS

class OverLimit extends Error {
  override readonly name = 'OverLimit'
}

/**
 * Jinja as the hub uses it: https://huggingface.co/docs/transformers/chat_templating. The interpreter runs no JavaScript of the
 * template's; what a template can do is take long, and grow. Steps and sizes are counted at every node, so that both end the same way
 * on every device; what a single node can blow up is for `limitStrings`, and for whoever can kill this thread.
 */
export function renderTemplate({ template, variables }: TemplateJob): TemplateOutcome {
  try {
    const text = withBudget(() => new Template(template).render(variables))
    if (text.length > MAX_RENDERED_CHARS) return overLimit('it writes more than any prompt may have')
    return { outcome: 'text', text }
  } catch (error) {
    // Includes `raise_exception(…)`, by which a template refuses messages, and strings or nesting beyond what the machine holds.
    const reason = (error instanceof Error ? error.message : String(error)).slice(0, 200)
    return isOverLimit(error) ? overLimit(reason) : { outcome: 'failed', reason }
  }
}

function isOverLimit(error: unknown): boolean {
  return error instanceof OverLimit || error instanceof RangeError
}

function overLimit(reason: string): TemplateOutcome {
  return { outcome: 'over-limit', reason }
}

/** Every evaluation of the library, nested ones included, goes through one method of its interpreter; it is ours while `work` runs. */
function withBudget<T>(work: () => T): T {
  const { evaluate } = Interpreter.prototype
  const range = new Environment().set('range', cappedRange)
  let steps = 0
  let madeChars = 0
  Interpreter.prototype.evaluate = function counted(statement, environment) {
    // The whole program comes first, with the scope that the library has filled and lets nobody fill again.
    if (steps === 0) environment.variables.set('range', range)
    steps += 1
    if (steps > MAX_STEPS) throw new OverLimit('it does not come to an end')
    const result = evaluate.call(this, statement, environment)
    const { value } = result as { value: unknown }
    if (typeof value === 'string') {
      madeChars += value.length
      if (value.length > MAX_RENDERED_CHARS || madeChars > MAX_MADE_CHARS)
        throw new OverLimit('its texts grow too long')
    } else if (Array.isArray(value)) {
      // A loop walks its list even where its body is empty.
      steps += value.length
      if (value.length > MAX_LIST_ITEMS) throw new OverLimit('its lists grow too long')
    }
    return result
  }
  try {
    return work()
  } finally {
    Interpreter.prototype.evaluate = evaluate
  }
}

/** Python's `range`, which the library would fill to any length before it can be counted. */
function cappedRange(start: number, stop?: number | null, step?: number | null): number[] {
  const [from, to] = stop == null ? [0, start] : [start, stop]
  const by = step ?? 1
  if (by === 0) throw new Error('range() step must not be zero')
  const length = Math.max(0, Math.ceil((to - from) / by))
  if (!(length <= MAX_LIST_ITEMS)) throw new OverLimit('it counts too far')
  return Array.from({ length }, (_, i) => from + i * by)
}
