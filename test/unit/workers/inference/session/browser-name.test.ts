import { describe, expect, it } from 'vitest'
import { browserName } from '../../../../../workers/inference/session/browser-name.ts'

describe('the browser’s name in a cell', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36',
      'chromium 156',
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.7000.1 Safari/537.36 Edg/156.0',
      'chromium 156',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0', 'firefox 153'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15',
      'safari 26',
    ],
    ['something else', ''],
  ])('of %s is "%s"', (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name)
  })
})
