import type {
  AccountState,
  Chain,
  ChannelState,
  Finality,
  HandIn,
  SessionState,
  Settlement,
} from '../../src/participant/ports.ts'
import type { Address, ChainNetwork, HexBytes } from '../../src/protocol/channel/chain-network.ts'
import { channelIdOf, openDigest, topUpDigest, voucherDigest } from '../../src/protocol/channel/channel-messages.ts'
import { keyIdOf, signerOf } from '../../src/protocol/channel/delegation.ts'
import { CodedError } from '../../src/protocol/errors.ts'
import { hexToBytes } from '../../src/protocol/hash.ts'
import { isSignedBy } from '../../src/protocol/receipt/signature.ts'
import { hex } from '../../src/protocol/receipt/typed-data.ts'

const address = (number: number): Address => `0x${number.toString(16).padStart(40, '0')}`

export const MEMORY_NETWORK: ChainNetwork = {
  chainId: 31_337,
  name: 'Chain in memory',
  isTest: true,
  token: { address: address(0x70), symbol: 'TEST', decimals: 18 },
  contracts: {
    p256Verifier: address(0xa1),
    sessionRegistry: address(0xa2),
    parameters: address(0xa3),
    stake: address(0xa4),
    channels: address(0xa5),
    receipts: address(0xa6),
    disputes: address(0xa7),
    committees: address(0xa8),
  },
}

/** A chain that keeps the books of channels as the contracts do, in this process, and whose blocks are as safe as a test says. */
export interface MemoryChain extends Chain {
  balances: Map<Address, bigint>
  allowances: Map<Address, bigint>
  handedIn: HandIn[]
  /** What wallets have bonded. */
  bonded: Map<Address, bigint>
  /** What becomes of every transaction that is watched. */
  watchEnds: 'seen' | 'safe' | 'dropped'
  /** Unix seconds of the newest block; far ahead, so that a device's own clock counts. */
  blockSeconds: number
  /** A wallet stands behind this key from now on. */
  delegate(publicKey: Uint8Array, wallet: Address, change?: Partial<SessionState>): void
  /** Everything so far is safe. */
  makeSafe(): void
  /** What was not safe yet never happened. */
  reorganise(): void
  change(channelId: HexBytes, change: Partial<ChannelState>): void
  put(channelId: HexBytes, state: ChannelState): void
  channelIds(): HexBytes[]
}

export function createMemoryChain({ isSponsored = true, block = 10 } = {}): MemoryChain {
  const network = MEMORY_NETWORK
  const { contracts } = network
  const place = { chainId: network.chainId, channels: bytes(contracts.channels), token: bytes(network.token.address) }
  const sessions = new Map<HexBytes, SessionState>()
  let channels = new Map<HexBytes, ChannelState>()
  let safe = new Map<HexBytes, ChannelState>()

  const move = (owner: Address, amount: bigint): void => {
    const [balance, allowance] = [chain.balances.get(owner) ?? 0n, chain.allowances.get(owner) ?? 0n]
    if (balance < amount || allowance < amount) throw reverted('ERC20InsufficientAllowance')
    chain.balances.set(owner, balance - amount)
    chain.allowances.set(owner, allowance - amount)
  }

  const settle = ({ channelId, cumulativeAmount, signer, signature }: Settlement): void => {
    const one = channels.get(channelId)
    if (one === undefined) throw reverted('ChannelUnknown')
    if (one.isClosed || cumulativeAmount <= one.settled) return
    if (keyIdOf(signer) !== one.authorizedSigner) throw reverted('WrongSigner')
    const digest = voucherDigest(place, bytes(channelId), cumulativeAmount)
    if (!isSignedBy(keyOf(signer), digest, bytes(signature))) throw reverted('WrongSigner')
    if (cumulativeAmount > one.deposit) throw reverted('DepositExceeded')
    const wallet = sessions.get(one.payeeKey)?.wallet
    if (wallet === undefined) throw reverted('PayeeUnclaimed')
    chain.balances.set(wallet, (chain.balances.get(wallet) ?? 0n) + cumulativeAmount - one.settled)
    channels.set(channelId, { ...one, settled: cumulativeAmount })
  }

  const chain: MemoryChain = {
    network,
    isSponsored,
    balances: new Map(),
    allowances: new Map(),
    handedIn: [],
    bonded: new Map(),
    watchEnds: 'safe',
    blockSeconds: 2 ** 40,
    delegate(publicKey, wallet, change = {}) {
      const session = { wallet, scope: 7, validAfter: 0, validUntil: 2 ** 40, revokedAt: 0, cap: 10n ** 30n, ...change }
      sessions.set(keyIdOf(signerOf(publicKey, contracts.p256Verifier)), session)
    },
    makeSafe() {
      safe = new Map(channels)
    },
    reorganise() {
      channels = new Map(safe)
    },
    change(channelId, change) {
      const one = channels.get(channelId)
      if (one !== undefined) channels.set(channelId, { ...one, ...change })
    },
    put: (channelId, state) => void channels.set(channelId, state),
    channelIds: () => [...channels.keys()],
    session: async (publicKey) => sessions.get(keyIdOf(signerOf(publicKey, contracts.p256Verifier))) ?? null,
    sessionById: async (keyId) => sessions.get(keyId) ?? null,
    sessionsOf: async () => [],
    async backings(publicKeys) {
      const found = await Promise.all(publicKeys.map(chain.session))
      return found.map((session) => session && { ...session, bonded: chain.bonded.get(session.wallet) ?? 0n })
    },
    channel: async (channelId, finality: Finality = 'seen') =>
      (finality === 'seen' ? channels : safe).get(channelId) ?? null,
    account: async (wallet) =>
      ({
        wallet,
        balance: chain.balances.get(wallet) ?? 0n,
        payAllowance: chain.allowances.get(wallet) ?? 0n,
      }) as AccountState,
    settleCostWei: async () => 0n,
    blockNumber: async () => block,
    blockTime: async () => chain.blockSeconds,
    async handIn(call) {
      chain.handedIn.push(call)
      switch (call.kind) {
        case 'open-channel': {
          const { payer, payeeKey, salt, amount, signed } = call
          const ids = { payer: bytes(payer), payeeKey: bytes(payeeKey), salt: bytes(salt) }
          const isSigned = isSignedBy(
            keyOf(signed.signer),
            openDigest(place, { ...ids, amount }),
            bytes(signed.signature),
          )
          if (!isSigned || sessions.get(keyIdOf(signed.signer))?.wallet !== payer) throw reverted('SignerNotAllowed')
          move(payer, amount)
          const authorizedSigner = keyIdOf(signed.signer)
          const times = { closeRequestedAt: 0, challengeSeconds: 86_400, isClosed: false }
          const id = hex(channelIdOf(place, { ...ids, signerKey: bytes(authorizedSigner) }))
          channels.set(id, { payer, payeeKey, authorizedSigner, deposit: amount, settled: 0n, ...times })
          break
        }
        case 'top-up': {
          const one = channels.get(call.channelId)
          const digest = topUpDigest(place, bytes(call.channelId), call.deposit)
          if (one === undefined || call.deposit <= one.deposit) throw reverted('ChannelUnknown')
          if (!isSignedBy(keyOf(call.signed.signer), digest, bytes(call.signed.signature)))
            throw reverted('WrongSigner')
          move(one.payer, call.deposit - one.deposit)
          channels.set(call.channelId, { ...one, deposit: call.deposit })
          break
        }
        case 'settle':
          for (const one of call.settlements) settle(one)
          break
        case 'commit':
        case 'delegate':
        case 'stake':
        case 'allow-payments':
          break
        default:
          call satisfies never
      }
      return { transaction: hex(new Uint8Array(32).fill(chain.handedIn.length)) }
    },
    watch(_transaction, listener) {
      queueMicrotask(() => listener(chain.watchEnds))
      return () => {}
    },
    onChange: () => () => {},
  }
  return chain
}

function reverted(name: string): CodedError {
  return new CodedError({ code: 'chain/reverted', message: name, nextStep: 'Try something else.' })
}

function bytes(value: HexBytes): Uint8Array {
  return hexToBytes(value.slice(2).toLowerCase())
}

/** x ++ y behind the verifier's address. */
function keyOf(signer: HexBytes): Uint8Array {
  return bytes(signer).slice(20)
}
