import type { FollowedTransaction, StakeTask, StakeTaskKind, TransactionLevel } from '../../stores/index.ts'

/** Beginnings of sentences: what was pressed for. */
const NAMES: Record<StakeTaskKind, string> = {
  connect: 'Connecting',
  'test-money': 'Test money',
  delegate: 'Delegation',
  revoke: 'Revocation',
  stake: 'Stake',
  unbond: 'Unbonding',
  withdraw: 'Withdrawal',
  'claim-reward': 'Reward',
  'allow-payments': 'Payments',
  'request-close': 'Closing a channel',
  'finalize-close': 'Closing a channel',
  settle: 'Settlement',
  'renew-key': 'New key',
}

/** What saying no in the wallet has left as it was. */
const DECLINED: Record<StakeTaskKind, string> = {
  connect: 'This page does not see your wallet.',
  'test-money': 'No test money came.',
  delegate: 'No wallet stands behind this device’s key on your account.',
  revoke: 'The key goes on as before.',
  stake: 'Nothing was staked, and nothing left your wallet.',
  unbond: 'Your stake is what it was.',
  withdraw: 'What is open can be taken out whenever you like.',
  'claim-reward': 'The reward stays yours to claim.',
  'allow-payments': 'What payments may take is what it was.',
  'request-close': 'The channel stays open.',
  'finalize-close': 'The channel stays as it is; its rest can be taken back later.',
  settle: 'Nothing was paid out, and nothing is lost: settle whenever you like.',
  'renew-key': 'The key goes on as before.',
}

/** Read out. Empty where a `Failure` says more. */
export function stakeTaskInWords({ kind, step }: StakeTask): string {
  switch (step.state) {
    case 'preparing':
      return kind === 'test-money' ? 'Asking for test money …' : 'Preparing …'
    case 'asking':
      return 'Your wallet is asking you. Look there.'
    case 'sending':
      return 'On its way into a block …'
    case 'done':
      return doneInWords(kind)
    case 'declined':
      return `You said no in your wallet. ${DECLINED[kind]}`
    case 'nothing':
      return 'There was nothing to settle.'
    case 'failed':
      return ''
    default:
      return step satisfies never
  }
}

function doneInWords(kind: StakeTaskKind): string {
  switch (kind) {
    case 'connect':
      return 'Connected.'
    case 'test-money':
      return 'Test money is on its way.'
    case 'renew-key':
      return 'Made. Loading the page anew …'
    default:
      return `${NAMES[kind]}: in a block.`
  }
}

const LEVELS: Record<TransactionLevel, string> = {
  pending: 'handed in, in no block yet',
  seen: 'in a block, which the chain may still replace',
  safe: 'safe: only a failure of the chain itself would undo it',
  finalized: 'final',
  dropped: 'taken out by the chain, so that it has not happened',
}

/** `Stake: in a block, which the chain may still replace.` */
export function transactionInWords({ kind, level }: FollowedTransaction): string {
  return `${NAMES[kind]}: ${LEVELS[level]}.`
}
