import type { HexBytes } from '../protocol/channel/chain-network.ts'
import { signerOf } from '../protocol/channel/delegation.ts'
import { settlementDue } from '../protocol/channel/settlement-due.ts'
import { CodedError } from '../protocol/errors.ts'
import { merkleRoot } from '../protocol/evidence/merkle.ts'
import { bytesEqual, bytesToHex, hexToBytes } from '../protocol/hash.ts'
import { hex } from '../protocol/receipt/typed-data.ts'
import { epochAt } from '../protocol/wire/root-announcement.ts'
import type { EarningChannel, Earnings, SettleOutcome } from './money-events.ts'
import type {
  Asked,
  Chain,
  ChannelState,
  Clock,
  HandIn,
  HeldVoucher,
  MoneyBook,
  ReceiptBatch,
  ServedReceipt,
  SessionKey,
} from './ports.ts'

/** `IReceipts.Batch.kind` of the receipts behind a settlement. */
const SETTLEMENT = 2

export interface SettlePorts {
  chain: Chain
  book: MoneyBook
  sessionKey: SessionKey
  clock: Pick<Clock, 'now'>
}

/** What a person decides of a settlement. */
export interface SettleChoices {
  /** Shows the batch, and has the wallet sign it. */
  sign: (batch: ReceiptBatch) => Promise<Asked<HexBytes>>
  /** Hands in what anybody may: by the site's sponsor unless said otherwise. */
  handIn?: (call: HandIn) => Promise<Asked<{ transaction: HexBytes }>>
}

/** A voucher, and what the chain says of its channel. */
interface Claim {
  voucher: HeldVoucher
  state: ChannelState
}

/** From vouchers in the book to tokens in the wallet. */
export interface Settler {
  earnings(): Promise<Earnings>
  /**
   * The receipts since the last settlement under one root that the wallet signs, then every voucher that promises more than is paid. Errors:
   * `payment/no-payee` while no wallet stands behind this device's key, `chain/*`, `storage/*`.
   */
  settle(choices: SettleChoices): Promise<SettleOutcome>
  /** Vouchers alone, which need no wallet: when a payer wants to close, or this page is about to leave. Null: nothing was due. */
  handInDue(isLeaving: boolean): Promise<HexBytes | null>
}

export function createSettler({ chain, book, sessionKey, clock }: SettlePorts): Settler {
  const { chainId, contracts } = chain.network
  const channelsContract = hexToBytes(contracts.channels.slice(2).toLowerCase())

  const claims = async (): Promise<Claim[]> => {
    const held = (await book.vouchers()).filter(
      (voucher) => voucher.chainId === chainId && bytesEqual(voucher.channels, channelsContract),
    )
    const states = await Promise.all(held.map(({ channelId }) => chain.channel(hex(channelId))))
    return held.flatMap((voucher, i) => (states[i] == null ? [] : [{ voucher, state: states[i] }]))
  }

  const pendingOf = ({ voucher, state }: Claim): bigint => {
    if (state.isClosed) return 0n
    // What was promised beyond the deposit was never served for; a reorganisation may have shrunk it.
    const backed = voucher.cumulativeAmount < state.deposit ? voucher.cumulativeAmount : state.deposit
    return backed > state.settled ? backed - state.settled : 0n
  }

  const settlementOf = (due: readonly Claim[]): HandIn => ({
    kind: 'settle',
    settlements: due.map(({ voucher }) => ({
      channelId: hex(voucher.channelId),
      cumulativeAmount: voucher.cumulativeAmount,
      signer: signerOf(voucher.payerKey, contracts.p256Verifier),
      signature: hex(voucher.signature),
    })),
  })

  const bySponsor = async (call: HandIn): Promise<Asked<{ transaction: HexBytes }>> => ({
    outcome: 'done',
    value: await chain.handIn(call),
  })

  const batchOf = async (
    receipts: readonly ServedReceipt[],
    total: bigint,
    participant: ReceiptBatch['participant'],
  ) => ({
    participant,
    kind: SETTLEMENT,
    // The one that has just ended: the contract takes no root of a minute in which more may come.
    epoch: epochAt(clock.now()) - 1,
    root: hex(
      merkleRoot(
        receipts
          .map(({ digest }) => bytesToHex(digest))
          .toSorted()
          .map(hexToBytes),
      ),
    ),
    count: receipts.length,
    total,
    snapshotBlock: (await chain.blockNumber()) - 1,
  })

  return {
    async earnings() {
      const [all, receipts, freeTokens, session] = await Promise.all([
        claims(),
        book.receipts(),
        book.freeTokens(),
        chain.session(sessionKey.publicKey),
      ])
      const channels = all.map(({ voucher, state }): EarningChannel => {
        const { closeRequestedAt, challengeSeconds, isClosed, payer, settled } = state
        const isClosing = closeRequestedAt !== 0 && !isClosed
        const closesAt = isClosing ? closeRequestedAt + challengeSeconds : null
        return { channelId: hex(voucher.channelId), payer, promised: voucher.cumulativeAmount, settled, closesAt }
      })
      return {
        pending: all.reduce((sum, claim) => sum + pendingOf(claim), 0n),
        settled: all.reduce((sum, { state }) => sum + state.settled, 0n),
        channels,
        freeTokens,
        unsettledReceipts: receipts.length,
        payee: session?.wallet ?? null,
      }
    },

    async settle({ sign, handIn = bySponsor }) {
      const session = await chain.session(sessionKey.publicKey)
      if (session === null) throw new CodedError(NO_PAYEE)
      const [all, receipts] = await Promise.all([claims(), book.receipts()])
      const due = all.filter((claim) => pendingOf(claim) > 0n)
      const paid = due.reduce((sum, claim) => sum + pendingOf(claim), 0n)
      let transaction: HexBytes | null = null
      if (receipts.length > 0) {
        const batch = await batchOf(receipts, paid, session.wallet)
        const signed = await sign(batch)
        if (signed.outcome === 'declined') return signed
        const committed = await handIn({ kind: 'commit', batch, walletSignature: signed.value })
        if (committed.outcome === 'declined') return committed
        transaction = committed.value.transaction
        await book.settle(receipts.map(({ digest }) => digest))
      }
      if (due.length > 0) {
        const settled = await handIn(settlementOf(due))
        if (settled.outcome === 'declined') return settled
        transaction = settled.value.transaction
      }
      return transaction === null ? { outcome: 'nothing' } : { outcome: 'settled', paid, transaction }
    },

    async handInDue(isLeaving) {
      // Without a wallet behind our key there is nobody to pay yet, and nothing is lost by waiting.
      if (!chain.isSponsored || (await chain.session(sessionKey.publicKey)) === null) return null
      const due = (await claims()).filter((claim) => pendingOf(claim) > 0n)
      const isClosing = due.some(({ state }) => state.closeRequestedAt !== 0)
      const pending = due.reduce((sum, claim) => sum + pendingOf(claim), 0n)
      // The sponsor pays for the gas.
      if (settlementDue({ pending, gasWei: 0n, weiPerToken: null, isClosing, isLeaving }) === null) return null
      return (await chain.handIn(settlementOf(due))).transaction
    },
  }
}

const NO_PAYEE = {
  code: 'payment/no-payee',
  message: 'No wallet stands behind this device’s key yet, so there is nobody to pay.',
  nextStep: 'Connect a wallet and delegate to this device’s key. Everything earned so far is claimable then.',
} as const
