import * as v from 'valibot'
import type { Asked, Clock } from '../participant/ports.ts'
import type { Address, ChainNetwork, HexBytes } from '../protocol/channel/chain-network.ts'
import { chainError, walletError } from './chain-errors.ts'
import type { ChainCall } from './encode-call.ts'
import { Hash } from './rpc-values.ts'
import { waitFor } from './wait.ts'
import { prompt, QUIET_TIMEOUT_MS, type WalletProvider, withinTime } from './wallet-provider.ts'

const POLL_MS = 1_000
/** As for a single transaction. */
const PATIENCE_MS = 180_000

const CapabilitiesSchema = v.record(
  v.string(),
  v.looseObject({ atomic: v.optional(v.looseObject({ status: v.string() })) }),
)
const SentSchema = v.object({ id: v.pipe(v.string(), v.minLength(1), v.maxLength(8_194)) })
const StatusSchema = v.object({
  status: v.number(),
  receipts: v.optional(v.pipe(v.array(v.object({ transactionHash: Hash })), v.maxLength(16))),
})

interface BatchOptions {
  provider: WalletProvider
  network: ChainNetwork
  account: Address
  clock: Pick<Clock, 'now' | 'after'>
}

/**
 * Whether the wallet does several calls of this account in one transaction or not at all (EIP-5792). One that is only `ready` would first ask the
 * person to make the account a smart one, which is more than was wanted.
 */
export async function canBatch({ provider, network, account, clock }: BatchOptions): Promise<boolean> {
  const chainId = `0x${network.chainId.toString(16)}`
  try {
    const answer = await withinTime(clock, QUIET_TIMEOUT_MS, () =>
      provider.request({ method: 'wallet_getCapabilities', params: [account, [chainId]] }),
    )
    return v.parse(CapabilitiesSchema, answer)[chainId]?.atomic?.status === 'supported'
  } catch {
    // Most wallets do not know the question.
    return false
  }
}

/** One prompt. Resolves to the transaction that did all of it. Errors: `wallet/*`, `chain/reverted`, `chain/not-mined`. */
export async function sendBatch(calls: ChainCall[], options: BatchOptions): Promise<Asked<HexBytes>> {
  const { provider, network, account, clock } = options
  const batch = {
    version: '2.0.0',
    chainId: `0x${network.chainId.toString(16)}`,
    from: account,
    atomicRequired: true,
    calls,
  }
  const asked = await prompt(clock, () => provider.request({ method: 'wallet_sendCalls', params: [batch] }))
  if (asked.outcome === 'declined') return asked
  const sent = v.safeParse(SentSchema, asked.value)
  if (!sent.success) throw walletError('wallet/failed', { details: { reason: 'no id of the calls' } })

  const giveUpAtMs = clock.now() + PATIENCE_MS
  while (clock.now() <= giveUpAtMs) {
    const transaction = await statusOf(options, sent.output.id)
    if (transaction !== null) return { outcome: 'done', value: transaction }
    await waitFor(clock, POLL_MS)
  }
  throw chainError('chain/not-mined')
}

/** Null: not yet, or the wallet did not say. */
async function statusOf({ provider, clock }: BatchOptions, id: string): Promise<HexBytes | null> {
  const answer = await withinTime(clock, QUIET_TIMEOUT_MS, () =>
    provider.request({ method: 'wallet_getCallsStatus', params: [id] }),
  ).catch(() => null)
  const parsed = v.safeParse(StatusSchema, answer)
  if (!parsed.success) return null
  const { status, receipts } = parsed.output
  // EIP-5792: 1xx waiting, 2xx done, 4xx never sent, 5xx and 6xx reverted.
  if (status >= 500) throw chainError('chain/reverted')
  if (status >= 400) throw walletError('wallet/failed', { details: { status } })
  return status >= 200 ? (receipts?.at(-1)?.transactionHash ?? null) : null
}
