/** Vite: the address under which a worker's script is served. */
declare module '*?worker&url' {
  const url: string
  export default url
}

/** Trusted Types, as much of it as start-template-worker.ts uses (https://w3c.github.io/trusted-types/dist/spec/). */
interface TrustedTypePolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): object }
}

interface WorkerGlobalScope {
  /** Absent in browsers without Trusted Types. */
  readonly trustedTypes?: TrustedTypePolicyFactory
}
