/** The real WebCrypto key, which Node has too; only its keeping in IndexedDB is left out. */
export { createEphemeralSessionKey as createNodeSessionKey } from '../../src/wallet/session-key-webcrypto.ts'
