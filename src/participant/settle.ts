import type { Address, HexBytes } from '../protocol/channel/chain-network.ts'
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
  /** The wallet behind the key that this channel pays, which may be an earlier one of this device's; null: none yet. */
  payee: Address | null
}

/** From vouchers in the book to tokens in the wallet. One for the page: it knows which receipts are on their way. */
export interface Settler {
  earnings(): Promise<Earnings>
  /**
   * The receipts since the last settlement under one root that the wallet signs, then every voucher that promises more than is paid and whose
   * payee has a wallet. Errors: `payment/no-payee` while no wallet stands behind any key that is paid, `chain/*`, `storage/*`.
   */
  settle(choices: SettleChoices): Promise<SettleOutcome>
  /** Vouchers alone, which need no wallet: when a payer wants to close, or this page is about to leave. Null: nothing was due. */
  handInDue(isLeaving: boolean): Promise<HexBytes | null>
}

export function createSettler({ chain, book, sessionKey, clock }: SettlePorts): Settler {
  const { chainId, contracts } = chain.network
  const channelsContract = hexToBytes(contracts.channels.slice(2).toLowerCase())

  /** Receipts whose root is in a block that the chain may still replace, in hex: not settled yet, and not to be settled again. */
  const inTheAir = new Set<string>()

  const waiting = async (): Promise<ServedReceipt[]> =>
    (await book.receipts()).filter(({ digest }) => !inTheAir.has(bytesToHex(digest)))

  /** A root counts once its block is safe; if the chain takes it out, its receipts wait for the next settlement. */
  const follow = (transaction: HexBytes, receipts: readonly ServedReceipt[]): void => {
    const digests = receipts.map(({ digest }) => digest)
    for (const digest of digests) inTheAir.add(bytesToHex(digest))
    const stop = chain.watch(transaction, (level) => {
      if (level === 'pending' || level === 'seen') return
      stop()
      const isKept = level === 'dropped' ? Promise.resolve() : book.settle(digests)
      // What cannot be written now is settled once more, which harms nobody.
      const land = (): void => digests.forEach((digest) => inTheAir.delete(bytesToHex(digest)))
      void isKept.then(land, land)
    })
  }

  const claims = async (): Promise<Claim[]> => {
    const held = (await book.vouchers()).filter(
      (voucher) => voucher.chainId === chainId && bytesEqual(voucher.channels, channelsContract),
    )
    const states = await Promise.all(held.map(({ channelId }) => chain.channel(hex(channelId))))
    const found = held.flatMap((voucher, i) => (states[i] == null ? [] : [{ voucher, state: states[i] }]))
    const wallets = await walletsBehind(found.map(({ state }) => state.payeeKey))
    return found.map((claim) => ({ ...claim, payee: wallets.get(claim.state.payeeKey) ?? null }))
  }

  /** Whom the chain pays is told by a channel's key alone: what an earlier key has earned stays its wallet's, ended or revoked. */
  const walletsBehind = async (keyIds: readonly HexBytes[]): Promise<Map<HexBytes, Address>> => {
    const unique = [...new Set(keyIds)]
    const sessions = await Promise.all(unique.map((keyId) => chain.sessionById(keyId)))
    return new Map(unique.flatMap((keyId, i) => (sessions[i] == null ? [] : [[keyId, sessions[i].wallet]])))
  }

  const pendingOf = ({ voucher, state }: Claim): bigint => {
    if (state.isClosed) return 0n
    // What was promised beyond the deposit was never served for; a reorganisation may have shrunk it.
    const backed = voucher.cumulativeAmount < state.deposit ? voucher.cumulativeAmount : state.deposit
    return backed > state.settled ? backed - state.settled : 0n
  }

  /** One that nobody could be paid for would undo the settlement of all the others. */
  const isDue = (claim: Claim): boolean => claim.payee !== null && pendingOf(claim) > 0n

  const sumOf = (all: readonly Claim[]): bigint => all.reduce((sum, claim) => sum + pendingOf(claim), 0n)

  /** Who signs for the receipts: the wallet of the key in use, or the one that earlier work is paid to. */
  const participantOf = async (all: readonly Claim[]): Promise<Address | null> => {
    const session = await chain.session(sessionKey.publicKey)
    return session?.wallet ?? all.find(isDue)?.payee ?? null
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
    snapshotBlock: await chain.blockNumber(),
  })

  return {
    async earnings() {
      const [all, receipts, freeTokens] = await Promise.all([claims(), waiting(), book.freeTokens()])
      const channels = all.map(({ voucher, state, payee }): EarningChannel => {
        const { closeRequestedAt, challengeSeconds, isClosed, payer, settled } = state
        const isClosing = closeRequestedAt !== 0 && !isClosed
        const closesAt = isClosing ? closeRequestedAt + challengeSeconds : null
        return {
          channelId: hex(voucher.channelId),
          payer,
          payee,
          promised: voucher.cumulativeAmount,
          settled,
          closesAt,
        }
      })
      return {
        pending: sumOf(all),
        claimable: sumOf(all.filter(isDue)),
        settled: all.reduce((sum, { state }) => sum + state.settled, 0n),
        channels,
        freeTokens,
        unsettledReceipts: receipts.length,
        payee: await participantOf(all),
      }
    },

    async settle({ sign, handIn = bySponsor }) {
      const [all, receipts] = await Promise.all([claims(), waiting()])
      const participant = await participantOf(all)
      if (participant === null) throw new CodedError(NO_PAYEE)
      const due = all.filter(isDue)
      const paid = sumOf(due)
      let transaction: HexBytes | null = null
      if (receipts.length > 0) {
        const batch = await batchOf(receipts, paid, participant)
        const signed = await sign(batch)
        if (signed.outcome === 'declined') return signed
        const committed = await handIn({ kind: 'commit', batch, walletSignature: signed.value })
        if (committed.outcome === 'declined') return committed
        transaction = committed.value.transaction
        follow(transaction, receipts)
      }
      if (due.length > 0) {
        const settled = await handIn(settlementOf(due))
        if (settled.outcome === 'declined') return settled
        transaction = settled.value.transaction
      }
      return transaction === null ? { outcome: 'nothing' } : { outcome: 'settled', paid, transaction }
    },

    async handInDue(isLeaving) {
      if (!chain.isSponsored) return null
      // Without a wallet behind its key there is nobody to pay yet, and nothing is lost by waiting.
      const due = (await claims()).filter(isDue)
      const isClosing = due.some(({ state }) => state.closeRequestedAt !== 0)
      const pending = sumOf(due)
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
