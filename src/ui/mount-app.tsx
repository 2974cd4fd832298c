import { createRoot } from 'react-dom/client'
import { App, type AppProps } from './app.tsx'

/** Renders the page into `root`; the answer takes it away again. */
export function mountApp(root: Element, props: AppProps): () => void {
  const mounted = createRoot(root)
  mounted.render(<App {...props} />)
  return () => mounted.unmount()
}
