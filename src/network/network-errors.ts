import { CodedError } from '../protocol/errors.ts'

const ANOTHER_PEER = 'Nothing to do: another peer is asked instead.'

export function peerLost(peer: string, how: 'went silent' | 'closed the connection'): CodedError {
  return new CodedError({
    code: 'network/peer-lost',
    message: `The other participant ${how}.`,
    nextStep: ANOTHER_PEER,
    details: { peer },
  })
}

export function peerUnreachable(peer: string, cause?: unknown): CodedError {
  return new CodedError(
    {
      code: 'network/peer-unreachable',
      message: 'No direct connection to the other participant could be made.',
      nextStep:
        'Nothing to do: another peer is asked instead. If it happens with all of them, this network may block WebRTC.',
      details: { peer },
    },
    { cause },
  )
}

export function closed(peer: string): CodedError {
  return new CodedError({
    code: 'network/closed',
    message: 'The connection to the other participant is already closed.',
    nextStep: ANOTHER_PEER,
    details: { peer },
  })
}

export function backlog(peer: string): CodedError {
  return new CodedError({
    code: 'network/backlog',
    message: 'The other participant sent more than this page could read in time.',
    nextStep: ANOTHER_PEER,
    details: { peer },
  })
}

export function writeDeadline(peer: string): CodedError {
  return new CodedError({
    code: 'network/deadline',
    message: 'The connection to the other participant takes no more data.',
    nextStep: ANOTHER_PEER,
    details: { peer },
  })
}

export function relayUnreachable(cause?: unknown): CodedError {
  return new CodedError(
    {
      code: 'network/relay-unreachable',
      message: 'The relay cannot be reached, so this page cannot find other participants.',
      nextStep: 'Check your internet connection. The page keeps trying by itself.',
    },
    { cause },
  )
}

export function notStarted(): CodedError {
  return new CodedError({
    code: 'network/closed',
    message: 'The network is not started.',
    nextStep: 'Start it first: press Contribute or ask a question.',
  })
}
