import { type ChainErrorCode, CodedError, type WalletErrorCode } from '../protocol/errors.ts'

interface Text {
  message: string
  nextStep: string
}

const CHAIN_TEXTS: Record<ChainErrorCode, Text> = {
  'chain/none': {
    message: 'This site knows no chain, so nothing can be paid or staked on it.',
    nextStep: 'All work on this site is free. To be paid, use a site that names a chain.',
  },
  'chain/unreachable': {
    message: 'The chain cannot be reached, or what answers in its place makes no sense.',
    nextStep: 'Check your internet connection and try again. Nothing was lost: what you signed stays valid.',
  },
  'chain/wrong-chain': {
    message: 'The server answers for another chain than the one that this site names.',
    nextStep: 'Tell whoever runs this site: the address of its chain and the chain’s number do not belong together.',
  },
  'chain/reverted': {
    message: 'The contract refused this transaction.',
    nextStep: 'Reload what the page shows of your account and try again.',
  },
  'chain/no-sponsor': {
    message: 'This site does not pay for transactions.',
    nextStep: 'Send it with your own wallet, which pays the fee.',
  },
  'chain/sponsor-refused': {
    message: 'The site did not want to pay for this transaction.',
    nextStep: 'Try again later, or send it with your own wallet, which pays the fee.',
  },
  'chain/not-mined': {
    message: 'The transaction was sent, but no block took it in time.',
    nextStep: 'Wait, and look again: it may still go through. Do not send it a second time before that.',
  },
}

const WALLET_TEXTS: Record<WalletErrorCode, Text> = {
  'wallet/none': {
    message: 'That wallet is not in this browser.',
    nextStep: 'Install a wallet, or unlock the one you have, and reload the page.',
  },
  'wallet/not-connected': {
    message: 'No wallet is connected to this page, or another account of it than this needs.',
    nextStep: 'Connect the wallet, choose the account there, and try again.',
  },
  'wallet/other-chain': {
    message: 'The wallet is on another chain and did not switch.',
    nextStep: 'Choose the chain in the wallet yourself, then try again.',
  },
  'wallet/no-answer': {
    message: 'The wallet did not answer in time.',
    nextStep: 'Open the wallet and reject what still waits there; then try again.',
  },
  'wallet/busy': {
    message: 'The wallet waits for an answer to an earlier question.',
    nextStep: 'Open the wallet, answer what waits there, and try again.',
  },
  'wallet/bad-signature': {
    message: 'What the wallet returned is not a signature of this account over what was asked.',
    nextStep: 'Check that the account shown here is the one chosen in the wallet, and sign again.',
  },
  'wallet/failed': {
    message: 'The wallet could not do what was asked.',
    nextStep: 'Open the wallet to see why, and try again. If it lasts, use another wallet.',
  },
}

interface ErrorOptions {
  cause?: unknown
  details?: Record<string, string | number>
  /** What this case says instead of its code's own words. */
  text?: Partial<Text>
}

export function chainError(code: ChainErrorCode, options: ErrorOptions = {}): CodedError {
  return build(code, CHAIN_TEXTS[code], options)
}

export function walletError(code: WalletErrorCode, options: ErrorOptions = {}): CodedError {
  return build(code, WALLET_TEXTS[code], options)
}

function build(
  code: ChainErrorCode | WalletErrorCode,
  text: Text,
  { cause, details, text: own }: ErrorOptions,
): CodedError {
  return new CodedError(
    { code, ...text, ...own, ...(details === undefined ? {} : { details }) },
    cause === undefined ? undefined : { cause },
  )
}
