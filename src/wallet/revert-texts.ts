interface RevertText {
  message: string
  nextStep: string
}

const SIGN_AGAIN = 'Sign again. If it happens again, reload the page and connect the wallet anew.'
const LOOK_AGAIN = 'Reload what the page shows of your account: somebody was faster, or it is done already.'

/** Custom errors of the contracts and of OpenZeppelin's tokens, for a person. A test demands every error that these contracts have. */
export const REVERT_TEXTS: Record<string, RevertText> = {
  AlreadyCommitted: {
    message: 'Receipts of this minute are on the chain already, under another number.',
    nextStep: 'Wait a minute, then settle again. If it was not you who sent them, revoke the session key.',
  },
  AlreadyEnded: { message: 'This session has ended already.', nextStep: 'Nothing needs to be done.' },
  AlreadyFrozen: { message: 'This stake is set aside already for the same proof.', nextStep: LOOK_AGAIN },
  BelowSettled: {
    message: 'More than this is paid already, and what is paid is not taken back.',
    nextStep: LOOK_AGAIN,
  },
  CapExceeded: {
    message: 'The channels of this session would hold more than the cap that its wallet has signed.',
    nextStep: 'Delegate to a new session key with a higher cap, or wait for the next session.',
  },
  ChannelExists: { message: 'This channel is open already.', nextStep: LOOK_AGAIN },
  ChannelIsClosed: {
    message: 'This channel is closed.',
    nextStep: 'Open a new one: a channel’s id is never used again.',
  },
  ChannelUnknown: {
    message: 'The chain knows no such channel.',
    nextStep: 'Wait a few blocks and look again; if it was never opened, open it.',
  },
  CloseNotRequested: {
    message: 'Nobody has asked to close this channel.',
    nextStep: 'Ask to close it first; the time to answer begins then.',
  },
  ClosePending: {
    message: 'The payer has asked to close this channel, so a session key adds nothing to it.',
    nextStep: 'Open a new channel, or take the close back with the wallet.',
  },
  DepositExceeded: {
    message: 'The voucher promises more than the channel holds.',
    nextStep: 'Top the channel up first, or settle an earlier voucher.',
  },
  DepositNotRaised: { message: 'The channel holds that much already.', nextStep: LOOK_AGAIN },
  DepositsPaused: {
    message: 'New deposits are stopped on these contracts. Withdrawals are not.',
    nextStep: 'Ask whoever runs them why; what you have deposited can be taken out at any time.',
  },
  ECDSAInvalidSignature: { message: 'The signature is not one.', nextStep: SIGN_AGAIN },
  ECDSAInvalidSignatureLength: { message: 'The signature has a wrong length.', nextStep: SIGN_AGAIN },
  ECDSAInvalidSignatureS: { message: 'The signature has a form that the chain refuses.', nextStep: SIGN_AGAIN },
  EpochOpen: {
    message: 'The period of these receipts is not over yet.',
    nextStep: 'Wait a minute and try again.',
  },
  ERC20InsufficientAllowance: {
    message: 'The contract may not take that many tokens of this wallet.',
    nextStep: 'Allow exactly this amount, then try again.',
  },
  ERC20InsufficientBalance: {
    message: 'The wallet does not hold that many tokens.',
    nextStep: 'Get more tokens, or choose a smaller amount.',
  },
  ERC2612ExpiredSignature: { message: 'The permit has expired.', nextStep: SIGN_AGAIN },
  ERC2612InvalidSigner: {
    message: 'The permit is used already, or another account has signed it.',
    nextStep: SIGN_AGAIN,
  },
  InexactTransfer: {
    message: 'The token keeps a part of what is moved, and these contracts take no such token.',
    nextStep: 'Tell whoever runs this site: its token cannot be used.',
  },
  InsufficientStake: {
    message: 'There is less stake than that.',
    nextStep: 'Choose a smaller amount; what unbonds already or is set aside does not count.',
  },
  InvalidBatch: { message: 'These receipts are not a batch that the chain takes.', nextStep: 'Reload the page.' },
  InvalidDelegation: {
    message: 'The delegation has no scope, is over, or lasts longer than 30 days.',
    nextStep: 'Check this device’s clock, and delegate again for at most 30 days.',
  },
  InvalidPayee: { message: 'The channel would pay nobody, or its payer itself.', nextStep: 'Choose another provider.' },
  InvalidSignature: {
    message: 'The signature is not of the key or wallet that it should be of.',
    nextStep: SIGN_AGAIN,
  },
  InvalidSnapshot: {
    message: 'The block that these receipts name is too old, or does not exist yet.',
    nextStep: 'Sign the receipts again: that takes a block of now.',
  },
  KeyAlreadyUsed: {
    message: 'This session key is delegated already, and a key is never delegated twice.',
    nextStep: 'Nothing needs to be done if you did it. Else let the page make a new session key.',
  },
  MissingPrecompile: {
    message: 'This chain cannot check the signatures of session keys.',
    nextStep: 'Tell whoever runs this site: its chain lacks the P-256 precompile.',
  },
  NotByProof: { message: 'Stake is only set aside by a proof.', nextStep: 'Nothing needs to be done.' },
  NothingToWithdraw: {
    message: 'There is nothing to take out yet.',
    nextStep: 'Wait until the date that the page shows beside each amount.',
  },
  NotThePayee: { message: 'Only who is paid by this channel may do that.', nextStep: 'Use the wallet of the payee.' },
  NotThePayer: { message: 'Only who pays into this channel may do that.', nextStep: 'Use the wallet that opened it.' },
  NotTheWallet: {
    message: 'Only the wallet that delegated to this key may end it.',
    nextStep: 'Choose that account in the wallet, and try again.',
  },
  NotWaiting: { message: 'This slash is carried out or released already.', nextStep: 'Nothing needs to be done.' },
  PayeeUnclaimed: {
    message: 'No wallet stands behind the key that should be paid, so there is nobody to pay yet.',
    nextStep: 'Connect a wallet on the device that did the work; what it earned waits for it.',
  },
  PermitNotUsed: {
    message: 'The permit is used already, or does not fit the token.',
    nextStep: 'Look whether the stake has arrived; if not, sign a new permit.',
  },
  ReentrancyGuardReentrantCall: {
    message: 'The token called the contract back, which is not allowed.',
    nextStep: 'Tell whoever runs this site: its token cannot be used.',
  },
  SafeERC20FailedOperation: {
    message: 'The token refused the transfer.',
    nextStep: 'Check the balance and the allowance; some tokens refuse certain accounts.',
  },
  SessionNotAccountable: {
    message: 'The session ended too long ago: what its key signed can no longer be settled.',
    nextStep: 'Settle within a week after a session ends.',
  },
  SessionNotActive: {
    message: 'The session key is not delegated, has expired or was revoked, or may not do this.',
    nextStep: 'Connect the wallet and delegate to this device again.',
  },
  SignerNotAllowed: {
    message: 'Vouchers of this channel would be signed by a key that the payer has not allowed to pay.',
    nextStep: 'Delegate to this device with the right to pay.',
  },
  TooEarly: {
    message: 'The time that the other side has to answer is not over yet.',
    nextStep: 'Wait until the date that the page shows, and try again.',
  },
  TooManyLocks: {
    message: 'Sixteen amounts are on their way out already.',
    nextStep: 'Withdraw those that are due first.',
  },
  UnknownSignerKind: {
    message: 'The contracts do not know this kind of key.',
    nextStep: 'Reload the page for its newest version.',
  },
  WrongSigner: { message: 'Another key than the agreed one has signed this.', nextStep: SIGN_AGAIN },
  ZeroAmount: { message: 'The amount is nothing.', nextStep: 'Choose an amount above zero.' },
}
