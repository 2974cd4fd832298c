/**
 * Caps what one call of this thread's own text functions can make. A template reaches some of them with lengths that it chooses, and
 * a single call can ask for half a gigabyte before anybody can count it. Only for a thread that does nothing else: it changes the
 * thread's built-in objects.
 */
export function limitStrings(maxChars: number): void {
  function expectLength(chars: number): void {
    if (!(chars <= maxChars)) throw new RangeError('its texts grow too long')
  }

  const { repeat, replaceAll } = String.prototype
  const { join } = Array.prototype

  define(String.prototype, 'repeat', function capped(this: string, count: number) {
    expectLength(this.length * count)
    return repeat.call(this, count)
  })

  define(String.prototype, 'replaceAll', function capped(this: string, pattern: RegExp, by: (match: string) => string) {
    let made = this.length
    return replaceAll.call(this, pattern, (match) => {
      const text = by(match)
      made += text.length
      expectLength(made)
      return text
    })
  })

  define(Array.prototype, 'join', function capped(this: unknown[], separator?: string) {
    let made = this.length * (separator ?? ',').length
    for (const item of this) if (typeof item === 'string') made += item.length
    expectLength(made)
    return join.call(this, separator)
  })
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true })
}
