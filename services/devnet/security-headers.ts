/** index.html has the same list. */
const HUB_SOURCES = ['https://huggingface.co', 'https://*.huggingface.co', 'https://*.hf.co']

/**
 * What the page may do, as the server says it (index.html repeats what a meta element can). No inline script or style, no third party,
 * no string that becomes markup or code: the one Trusted Types policy only names our own worker files.
 */
const contentSecurityPolicy = (origins: string[]): string =>
  [
    "default-src 'self'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    // The relay is another origin, reached over WebSocket, and so may be the beacon. The hub and its content network are asked only when a person adds or
    // downloads a model from there.
    `connect-src 'self' ${[...origins, ...HUB_SOURCES].join(' ')}`,
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types locus-worker',
  ].join('; ')

/** `origins`: what the page reaches besides its own, such as the relay's `ws://127.0.0.1:4601`. */
export const securityHeaders = (origins: string[]): Readonly<Record<string, string>> => ({
  'content-security-policy': contentSecurityPolicy(origins),
  // Isolation without COOP, which would cut off wallet pop-ups.
  'document-isolation-policy': 'isolate-and-credentialless',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
})
