/** Every cap of the relay, each with its reason. The relay carries signalling and gossip, never a job. */

/** Open connections: one per page and a few for reconnects; about 100 KiB each, so 50 MiB when full. */
export const MAX_CONNECTIONS = 512

/** Reservations: one per page that can be reached, so as many as connections. libp2p's default of 15 is full after 15 visitors. */
export const MAX_RESERVATIONS = MAX_CONNECTIONS

/** Connections of one peer: its page and one that is being replaced after a network change. */
export const MAX_CONNECTIONS_PER_PEER = 2

/** Connections from one address: a household or an office behind one NAT. Behind a reverse proxy set it to MAX_CONNECTIONS. */
export const MAX_CONNECTIONS_PER_HOST = 64

/** New connections from one address in one second, and handshakes under way in all: noise costs about 1 ms of CPU each. */
export const MAX_NEW_CONNECTIONS_PER_HOST_AND_SECOND = 16
export const MAX_PENDING_CONNECTIONS = 64

/** A reservation lasts an hour and is renewed five minutes before; a page that vanished frees its place by then at the latest. */
export const RESERVATION_TTL_MS = 60 * 60 * 1_000

/** Bytes of one relayed connection, both ways: SDP, ICE candidates, noise and identify took 12 KiB (measured); more is not signalling. */
export const MAX_CIRCUIT_BYTES = 64 * 1024

/** Life of one relayed connection: WebRTC is up or has failed after 12 s. */
export const MAX_CIRCUIT_MS = 30_000

/** A hop request must be complete within this time. */
export const HOP_TIMEOUT_MS = 10_000

/** Circuits that one peer has open towards others, and others towards it. */
export const MAX_CIRCUITS_PER_CONNECTION = 16

/** Offers that one publisher may spread: a burst when its state flips, then one a second. It repeats its offer every few seconds. */
export const OFFER_BURST = 10
export const OFFER_INTERVAL_MS = 1_000

/** Offers that one connection may bring in, its own and those it passes on: each costs a signature check and is sent to every page. */
export const SOURCE_OFFER_BURST = 40
export const SOURCE_OFFER_INTERVAL_MS = 200

/** Roots that one publisher may spread: two kinds an epoch, once more after a lost connection. */
export const ROOT_BURST = 4
export const ROOT_INTERVAL_MS = 15_000

/** Roots that one connection may bring in, its own and those it passes on. */
export const SOURCE_ROOT_BURST = 40
export const SOURCE_ROOT_INTERVAL_MS = 200

/** Publishers whose rate is remembered: twice the connections, since pages also pass on each other's offers. */
export const MAX_TRACKED_PUBLISHERS = 2 * MAX_CONNECTIONS

/** The status server answers one operator and one scraper. */
export const MAX_HTTP_CONNECTIONS = 16
export const HTTP_TIMEOUT_MS = 5_000
