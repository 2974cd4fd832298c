import type { Address, HexBytes } from '../protocol/channel/chain-network.ts'
import { signerOf } from '../protocol/channel/delegation.ts'
import { settlementDue } from '../protocol/channel/settlement-due.ts'
import { CodedError } from '../protocol/errors.ts'
import { merkleRoot } from '../protocol/evidence/merkle.ts'
import { bytesToHex, hexToBytes } from '../protocol/hash.ts'
import { hex } from '../protocol/receipt/typed-data.ts'
import { epochAt } from '../protocol/wire/root-announcement.ts'
import { type Claim, createClaimReader, isDue, sumOf } from './claims.ts'
import type { EarningChannel, Earnings, SettleOutcome } from './money-events.ts'
import type { Asked, Chain, Clock, HandIn, MoneyBook, ReceiptBatch, ServedReceipt, SessionKey } from './ports.ts'

/** Vouchers in one transaction: some 770 bytes each, and a sponsor takes 64 KiB. */
const MAX_SETTLEMENTS = 40

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
  handIn?: HandInChoice
}

type HandInChoice = (call: HandIn) => Promise<Asked<{ transaction: HexBytes }>>

/** What became of handing vouchers in. */
interface Paid {
  amount: bigint
  /** The last one. */
  transaction: HexBytes | null
  isDeclined: boolean
  /** Why the chain did not take one of them. */
  refused: CodedError | null
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
  const { contracts } = chain.network

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

  const claims = createClaimReader({ chain, book, clock })

  /** Who signs for the receipts: the wallet of the key in use, or the one that earlier work is paid to. */
  const participantOf = async (all: readonly Claim[]): Promise<Address | null> => {
    const session = await chain.session(sessionKey.publicKey)
    return session?.wallet ?? all.find(isDue)?.payee ?? null
  }

  const settlementOf = (due: readonly Claim[]): HandIn => ({
    kind: 'settle',
    settlements: due.flatMap(({ voucher, payable }) =>
      payable === null
        ? []
        : [
            {
              channelId: hex(voucher.channelId),
              cumulativeAmount: payable.cumulativeAmount,
              signer: signerOf(voucher.payerKey, contracts.p256Verifier),
              signature: hex(payable.signature),
            },
          ],
    ),
  })

  /** All of them, some at a time; where the chain refuses some, one by one, so that a bad one costs nobody but itself. */
  const handInAll = async (due: readonly Claim[], handIn: HandInChoice): Promise<Paid> => {
    const paid: Paid = { amount: 0n, transaction: null, isDeclined: false, refused: null }
    const slices = Array.from({ length: Math.ceil(due.length / MAX_SETTLEMENTS) }, (_, i) =>
      due.slice(i * MAX_SETTLEMENTS, (i + 1) * MAX_SETTLEMENTS),
    )
    for (let slice = slices.shift(); slice !== undefined && !paid.isDeclined; slice = slices.shift()) {
      try {
        const done = await handIn(settlementOf(slice))
        if (done.outcome === 'declined') paid.isDeclined = true
        else {
          paid.amount += sumOf(slice)
          paid.transaction = done.value.transaction
        }
      } catch (error) {
        if (!CodedError.is(error, 'chain/reverted')) throw error
        if (slice.length === 1) paid.refused = error
        else slices.unshift(...slice.map((one) => [one]))
      }
    }
    return paid
  }

  const bySponsor: HandInChoice = async (call) => ({
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
    // The one that has just ended by the chain's clock, or by this device's if that is behind: no root is taken of a minute in which more may come.
    epoch: epochAt(Math.min(clock.now(), (await chain.blockTime()) * 1_000)) - 1,
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

  const signBatch = async (
    receipts: readonly ServedReceipt[],
    due: readonly Claim[],
    participant: Address,
    sign: SettleChoices['sign'],
  ): Promise<Asked<{ batch: ReceiptBatch; walletSignature: HexBytes }>> => {
    const batch = await batchOf(receipts, sumOf(due), participant)
    const signed = await sign(batch)
    return signed.outcome === 'declined' ? signed : { outcome: 'done', value: { batch, walletSignature: signed.value } }
  }

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
      if (due.length === 0 && receipts.length === 0) return { outcome: 'nothing' }
      const signed = receipts.length === 0 ? null : await signBatch(receipts, due, participant, sign)
      if (signed?.outcome === 'declined') return signed
      // The money first: nothing about the root may keep it back.
      const paid = await handInAll(due, handIn)
      if (paid.isDeclined) return { outcome: 'declined' }
      let { transaction } = paid
      if (signed !== null) {
        const committed = await handIn({ kind: 'commit', ...signed.value })
        if (committed.outcome === 'declined') return committed
        transaction = committed.value.transaction
        follow(transaction, receipts)
      }
      if (transaction === null) throw paid.refused ?? new Error('something was handed in')
      return { outcome: 'settled', paid: paid.amount, transaction }
    },

    async handInDue(isLeaving) {
      if (!chain.isSponsored) return null
      // Without a wallet behind its key there is nobody to pay yet, and nothing is lost by waiting.
      const due = (await claims()).filter(isDue)
      const isClosing = due.some(({ isEnding }) => isEnding)
      const pending = sumOf(due)
      // The sponsor pays for the gas.
      if (settlementDue({ pending, gasWei: 0n, weiPerToken: null, isClosing, isLeaving }) === null) return null
      return (await handInAll(due, bySponsor)).transaction
    },
  }
}

const NO_PAYEE = {
  code: 'payment/no-payee',
  message: 'No wallet stands behind this device’s key yet, so there is nobody to pay.',
  nextStep: 'Connect a wallet and delegate to this device’s key. Everything earned so far is claimable then.',
} as const
