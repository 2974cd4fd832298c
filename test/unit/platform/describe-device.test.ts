import { expect, test } from 'vitest'
import { describeDevice } from '../../../src/platform/describe-device.ts'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0'
const CHROME = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
const SAFARI =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15'

test.each([
  [FIREFOX, 'firefox 153'],
  [CHROME, 'chromium 156'],
  [SAFARI, 'safari 26'],
  ['curl/8', 'unknown'],
])('%s is %s', async (userAgent, browser) => {
  expect((await describeDevice({ userAgent })).browser).toBe(browser)
})

test('a brand list speaks before the user agent', async () => {
  const userAgentData = {
    brands: [
      { brand: 'Not)A;Brand', version: '8' },
      { brand: 'Chromium', version: '157' },
    ],
  }
  expect((await describeDevice({ userAgent: CHROME, userAgentData })).browser).toBe('chromium 157')
})

test('a GPU is told by vendor and architecture, and no closer', async () => {
  const info = { vendor: 'nvidia', architecture: 'ada', device: '0x2684', description: 'GeForce RTX 4090' }
  const gpu = { requestAdapter: async () => ({ info }) }
  expect(await describeDevice({ userAgent: '', gpu, hardwareConcurrency: 8 })).toEqual({
    gpu: { vendor: 'nvidia', architecture: 'ada' },
    browser: 'unknown',
    cores: 8,
  })
})

test('a device without WebGPU, without an adapter, or that fails to say, has no GPU', async () => {
  const failing = () => Promise.reject(new Error('lost'))
  expect((await describeDevice({ userAgent: '' })).gpu).toBeNull()
  expect((await describeDevice({ userAgent: '', gpu: { requestAdapter: async () => null } })).gpu).toBeNull()
  expect((await describeDevice({ userAgent: '', gpu: { requestAdapter: failing } })).gpu).toBeNull()
})
