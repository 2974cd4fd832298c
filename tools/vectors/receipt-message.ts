import type { Receipt } from '../../src/protocol/receipt/receipt.ts'
import { hex } from '../../src/protocol/receipt/typed-data.ts'

/** The receipt as a general EIP-712 encoder takes it: byte fields as 0x hex, times as bigint. What the page signs is held against that. */
export function receiptMessage(receipt: Receipt) {
  return {
    jobId: hex(receipt.jobId),
    modelRoot: hex(receipt.modelRoot),
    cell: hex(receipt.cell),
    promptHash: hex(receipt.promptHash),
    outputHash: hex(receipt.outputHash),
    firstToken: receipt.firstToken,
    tokenCount: receipt.tokenCount,
    finish: receipt.finish,
    seed: hex(receipt.seed),
    sampler: receipt.sampler,
    requesterKey: hex(receipt.requesterKey),
    providerKey: hex(receipt.providerKey),
    issuedAt: BigInt(receipt.issuedAt),
  }
}
