/** Trusted Types, as much of it as start-worker.ts uses (https://w3c.github.io/trusted-types/dist/spec/). */
interface TrustedTypePolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): object }
}

interface Window {
  /** Absent in browsers without Trusted Types. */
  readonly trustedTypes?: TrustedTypePolicyFactory
}
