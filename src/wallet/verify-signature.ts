import {
  type Hex,
  hashTypedData,
  isErc6492Signature,
  parseErc6492Signature,
  recoverAddress,
  type TypedDataDefinition,
} from 'viem'
import type { Address, HexBytes } from '../protocol/channel/chain-network.ts'
import { chainError, walletError } from './chain-errors.ts'
import type { ChainReader } from './chain-reader.ts'
import type { JsonRpc } from './json-rpc.ts'
import { normalSignature } from './normal-signature.ts'
import { isSameAddress } from './plain-address.ts'
import { codeQuery } from './rpc-query.ts'

/** Passkey wallets sign with about 700 bytes; ERC-6492 adds what deploys the wallet. */
const MAX_SIGNATURE_CHARACTERS = 32 * 1024

export interface Verifier {
  /**
   * The signature as the contracts take it: by the account's own key, or by ERC-1271 of the contract that it is. Errors: `wallet/bad-signature`,
   * `chain/unreachable`.
   */
  verified(account: Address, asked: TypedDataDefinition, signature: unknown): Promise<HexBytes>
  /** The same, by the account's own key and by nothing else: what a token's permit takes. */
  verifiedByKey(account: Address, asked: TypedDataDefinition, signature: unknown): Promise<HexBytes>
}

export function createVerifier(reader: ChainReader, rpc: JsonRpc): Verifier {
  /** Most people have a key; what asks contracts is loaded for those who have not. */
  async function isContractSignature(account: Address, hash: Hex, signature: Hex): Promise<boolean> {
    const module = await import('./contract-signature.ts').catch((cause: unknown) => {
      throw chainError('chain/unreachable', { cause })
    })
    return module.isContractSignature(rpc, account, hash, signature)
  }

  return {
    async verified(account, asked, signature) {
      const given = parse(signature)
      const hash = hashTypedData(asked)
      const own = await byKey(account, hash, given)
      if (own !== null) return own
      const [code] = await reader.ask([codeQuery(account)])
      const isWrapped = isErc6492Signature(given)
      if (code === '0x') {
        // The chain asks a wallet that is there, and nobody else.
        const text = isWrapped && (await isContractSignature(account, hash, given)) ? NOT_DEPLOYED : {}
        throw walletError('wallet/bad-signature', { text })
      }
      const inner = isWrapped ? parseErc6492Signature(given).signature : given
      if (!(await isContractSignature(account, hash, inner))) throw walletError('wallet/bad-signature')
      return inner
    },
    async verifiedByKey(account, asked, signature) {
      const own = await byKey(account, hashTypedData(asked), parse(signature))
      if (own === null) throw walletError('wallet/bad-signature')
      return own
    },
  }
}

const NOT_DEPLOYED = {
  message: 'This smart wallet is not on the chain yet, so the chain cannot ask it what it has signed.',
  nextStep: 'Make any transaction with it on this chain, which puts it there; then sign again.',
}

async function byKey(account: Address, hash: Hex, signature: Hex): Promise<Hex | null> {
  const normal = normalSignature(signature)
  if (normal === null) return null
  try {
    return isSameAddress(await recoverAddress({ hash, signature: normal }), account) ? normal : null
  } catch {
    return null
  }
}

function parse(signature: unknown): Hex {
  const isBytes = typeof signature === 'string' && /^0x([0-9a-fA-F]{2})+$/.test(signature)
  if (!isBytes || signature.length > MAX_SIGNATURE_CHARACTERS) throw walletError('wallet/bad-signature')
  return signature as Hex
}
