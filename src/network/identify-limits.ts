/** Identify is one message in each direction, once per connection: libp2p's own message cap, said, and no streams to spare. */
export const IDENTIFY_LIMITS = {
  maxMessageSize: 8 * 1024,
  maxInboundStreams: 2,
  maxOutboundStreams: 2,
  maxObservedAddresses: 1,
} as const
