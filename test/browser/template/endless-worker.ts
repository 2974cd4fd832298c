/** A thread that a template holds for good: it takes a message and never comes back. */
addEventListener('message', () => {
  for (;;);
})
postMessage({ type: 'ready' })
