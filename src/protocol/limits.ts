/** Every cap on remote input, each with its reason. Protocol.md §8 lists them as MUST. */

/** Tokens per segment (protocol.md §4): small enough that a lost provider costs under a second, large enough that evidence stays near 9 bytes a token. */
export const SEGMENT_TOKENS = 32

/** A prompt in token ids; above the largest context that any catalogue model has today, so a longer one is a mistake or an attack. */
export const MAX_PROMPT_TOKENS = 32_768

/** Output tokens of one answer, for the same reason. */
export const MAX_OUTPUT_TOKENS = 32_768

/** Token ids fit 18 bits in today's vocabularies (Gemma: 262,144). */
export const MAX_TOKEN_ID = 0x3_ffff

/** top-k of the token rule (protocol.md §3): the kept set is at most this large, so a step costs at most 64 noise draws. */
export const MAX_TOP_K = 64

/** Temperature in thousandths: 2.0 is where text turns to noise. */
export const MAX_TEMPERATURE_MILLI = 2_000

/** Stop tokens of one job; hub models list at most five. */
export const MAX_STOP_IDS = 8

/** One job frame. The largest honest one is a request: 32,768 ids of at most 5 CBOR bytes, twice (prompt and resumed ids), and 1 KiB of the rest. */
export const MAX_JOB_FRAME_BYTES = 2 * 32_768 * 5 + 1_024

/** One offer on the gossip topic: 600 to 700 bytes when honest. */
export const MAX_OFFER_BYTES = 2_048

/** An offer is valid for at most this long, so a vanished provider is forgotten. */
export const MAX_OFFER_LIFETIME_MS = 60_000

/** A clock may be this far ahead of ours before its offers are ignored. */
export const MAX_CLOCK_SKEW_MS = 30_000

/** An evidence bundle file: ids, hashes and signatures of a full context, hex in JSON. */
export const MAX_BUNDLE_BYTES = 4 * 1024 * 1024

/** One part of evidence on its way: a frame holds it, and a bundle is at most 16 of them. */
export const EVIDENCE_PART_BYTES = 256 * 1024

/** Providers of one answer, one after another: more than this and the network, not the answer, is the problem. */
export const MAX_LEGS = 16

/** Segments that may be under way without the requester's credit (back-pressure of our own: WebRTC streams have none for reads). */
export const MAX_UNPAID_FREE_SEGMENTS = 4

/** SHA-256 leaf size of model files (protocol.md §1). */
export const CHUNK_BYTES = 1_048_576

/** A manifest: 64 files and 16 GiB of chunks fit. */
export const MAX_MANIFEST_BYTES = 2 * 1024 * 1024
export const MAX_MANIFEST_FILES = 64

/** Heartbeat of a job stream and the silence after which its peer is suspected lost (protocol.md §6). */
export const HEARTBEAT_INTERVAL_MS = 250
export const HEARTBEAT_SUSPECT_MS = 1_000

/** Verifiers drawn for one answer: a committee of more only costs more. */
export const MAX_DRAWN_VERIFIERS = 16

/** Audits of one answer: the lottery's, and the committee that its alarm convenes. */
export const MAX_AUDITS = 2

/** One frame of an audit: a roster of 512 entries of some 300 bytes, or a report over a full context; never more than a job's frame. */
export const MAX_AUDIT_FRAME_BYTES = MAX_JOB_FRAME_BYTES

/** Receipts and attestations are gathered for so long before their root is announced. Whole minutes of Unix time. */
export const ROOT_EPOCH_MS = 60_000

/** A root is gossip for so long after its epoch ended; who was offline longer has nothing to announce. */
export const MAX_ROOT_AGE_MS = 10 * ROOT_EPOCH_MS

/** One root on the gossip topic: about 340 bytes when honest. */
export const MAX_ROOT_BYTES = 512

/** Leaves under one root: 17,000 a second. */
export const MAX_ROOT_LEAVES = 1_000_000
