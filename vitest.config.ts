import react from '@vitejs/plugin-react'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { CHROMIUM_FLAGS, findChromium } from './tools/test/chromium.ts'

const executablePath = findChromium()

// Everything listens on loopback and on a port that the system chooses, so that two runs never meet.
const loopback = { host: '127.0.0.1', port: 0 }

const inChromium = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    actionTimeout: 5_000,
    launchOptions: { args: [...CHROMIUM_FLAGS], ...(executablePath === null ? {} : { executablePath }) },
  }),
  instances: [{ browser: 'chromium' as const }],
}

export default defineConfig({
  test: {
    // Two at a time: the machines that run this have two cores, and a starved test fails for the wrong reason.
    maxWorkers: 2,
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 20_000 } },
      { test: { name: 'network', include: ['test/network/**/*.test.ts'], testTimeout: 30_000 } },
      {
        plugins: [react()],
        // What is only imported when a wallet is opened must not make Vite reload a test that runs.
        optimizeDeps: { exclude: ['onnxruntime-web'], include: ['mipd', 'viem', 'viem/accounts', 'viem/actions'] },
        worker: { format: 'es' },
        test: {
          name: 'browser',
          api: loopback,
          include: ['test/browser/**/*.test.{ts,tsx}'],
          exclude: ['test/browser/long/**'],
          globalSetup: ['test/browser/network/start-relay.ts', 'test/browser/storage/start-hub.ts'],
          testTimeout: 60_000,
          // What is not on the page after five seconds will not be: a failing test should say so soon.
          expect: { poll: { timeout: 5_000 } },
          fileParallelism: false,
          browser: inChromium,
        },
      },
      {
        // What takes too long for every change: `npm run test:identity`.
        optimizeDeps: { exclude: ['onnxruntime-web'] },
        test: {
          name: 'identity',
          api: loopback,
          include: ['test/browser/long/**/*.test.ts'],
          fileParallelism: false,
          browser: inChromium,
        },
      },
      {
        // Whole programs: relay, page server and browsers, which the tests start themselves.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
