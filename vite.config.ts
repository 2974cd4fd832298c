import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  // onnxruntime-web finds its WebAssembly beside its own module; pre-bundling would move the module away from it.
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  build: {
    target: 'es2023',
    // tools/test/check-size.ts reads from it what index.html loads.
    manifest: true,
    // The page's policy allows no inline script and no data: address.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // One 27 MB file is expected: the WebGPU build of the runtime.
    chunkSizeWarningLimit: 1_000,
    // How long each plugin took is no warning.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: {
    format: 'es',
    rolldownOptions: {
      output: {
        entryFileNames: 'assets/workers/[name]-[hash].js',
        chunkFileNames: 'assets/workers/[name]-[hash].js',
        // The runtime's WebAssembly, served from our own origin under its content's hash: a cache may keep it for ever.
        assetFileNames: ({ names }) =>
          names.some((name) => name.startsWith('ort-'))
            ? 'assets/ort/[name]-[hash][extname]'
            : 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: { host: '127.0.0.1' },
  preview: { host: '127.0.0.1' },
})
