import { CodedError } from '../protocol/errors.ts'
import { createEarnDesk, type EarnDesk } from './earn-desk.ts'
import { createPayDesk, type PayDesk } from './pay-desk.ts'
import type { Chain, Clock, Logger, MoneyBook, Random, SessionKey, VerifySignature } from './ports.ts'
import { createSettler, type Settler } from './settle.ts'

export interface MoneyPorts {
  /** Null where this site knows no chain: then all work is free. Asked again after a failure. */
  openChain: () => Promise<Chain | null>
  moneyBook: MoneyBook
  verifySignature: VerifySignature
  sessionKey: SessionKey
  clock: Clock
  random: Random
  logger: Logger
}

/** Money in and out of one participant, each part made when it is first needed. */
export interface Money {
  /** Null: this site names none. Errors: `chain/unreachable`, and whatever keeps it from being opened; asked again after that. */
  chain(): Promise<Chain | null>
  /** One for as long as the page lives: it knows what is owed. Without a reachable chain it works for nothing, and takes none. */
  earnDesk(): Promise<EarnDesk>
  /** Errors: `chain/none`, `chain/unreachable`. */
  payDesk(): Promise<PayDesk>
  /** Errors: the same. */
  settler(): Promise<Settler>
}

export function createMoney(ports: MoneyPorts): Money {
  const { openChain, moneyBook: book, logger } = ports
  let chain: Promise<Chain | null> | null = null
  let earn: Promise<EarnDesk> | null = null
  let pay: Promise<PayDesk> | null = null
  let settler: Promise<Settler> | null = null

  const getChain = (): Promise<Chain | null> => {
    chain ??= openChain().catch((error: unknown) => {
      chain = null
      throw error
    })
    return chain
  }

  const requireChain = async (): Promise<Chain> => {
    const found = await getChain()
    if (found === null) throw new CodedError(NO_CHAIN)
    return found
  }

  return {
    chain: getChain,

    earnDesk() {
      earn ??= getChain()
        .catch((error: unknown) => {
          logger.warn('no-chain', { code: CodedError.dataOf(error, 'chain/unreachable').code })
          return null
        })
        .then((found) => createEarnDesk({ ...ports, book }, found))
      return earn
    },
    payDesk() {
      pay ??= requireChain()
        .then((found) => createPayDesk({ ...ports, chain: found, book }))
        .catch((error: unknown) => {
          pay = null
          throw error
        })
      return pay
    },
    settler() {
      settler ??= requireChain()
        .then((found) => createSettler({ ...ports, chain: found, book }))
        .catch((error: unknown) => {
          settler = null
          throw error
        })
      return settler
    },
  }
}

const NO_CHAIN = {
  code: 'chain/none',
  message: 'This site knows no chain, so nothing can be paid here.',
  nextStep: 'Ask for nothing: all work on this site is free.',
} as const
