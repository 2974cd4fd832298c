import {
  compactSignatureToSignature,
  type Hex,
  parseCompactSignature,
  parseSignature,
  type Signature,
  serializeSignature,
} from 'viem'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/**
 * The same ECDSA signature as contracts take it: 65 bytes, the low s, v of 27 or 28. Wallets return v as 0 or 1, and the compact form of EIP-2098.
 * Null: it is no ECDSA signature, by its length or its values.
 */
export function normalSignature(signature: Hex): Hex | null {
  const bytes = (signature.length - 2) / 2
  try {
    if (bytes === 64) {
      return lowS(compactSignatureToSignature(parseCompactSignature(signature)))
    }
    return bytes === 65 ? lowS(parseSignature(signature)) : null
  } catch {
    return null
  }
}

function lowS({ r, s, yParity }: Signature): Hex | null {
  if (yParity === undefined) return null
  const value = BigInt(s)
  if (value <= ORDER / 2n) return serializeSignature({ r, s, yParity })
  return serializeSignature({ r, s: `0x${(ORDER - value).toString(16).padStart(64, '0')}`, yParity: 1 - yParity })
}
