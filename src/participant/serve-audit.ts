import { attestationDigest } from '../protocol/audit/attestation.ts'
import { faultOfAudit } from '../protocol/audit/fault-of-audit.ts'
import { CodedError } from '../protocol/errors.ts'
import { bytesEqual } from '../protocol/hash.ts'
import { MAX_BUNDLE_BYTES, MAX_CLOCK_SKEW_MS } from '../protocol/limits.ts'
import { type Bundle, BundleSchema, bundleOutputIds } from '../protocol/receipt/bundle.ts'
import {
  type CallerMessage,
  decodeCallerMessage,
  encodeAuditMessage,
  type VerifierMessage,
} from '../protocol/wire/audit-messages.ts'
import { decodeCbor } from '../protocol/wire/codec.ts'
import { ACCEPT, ignore, type MessageVerdict, reject } from '../protocol/wire/verdict.ts'
import { type AttestPorts, attest, ownProbes } from './attest.ts'
import { auditWorldOf } from './audit-world.ts'
import { withDeadline } from './deadline.ts'
import { fetchEvidence } from './fetch-evidence.ts'
import { journalRecordOf } from './journal-record.ts'
import type { Beacon, Clock, Journal, Network, PeerStream } from './ports.ts'
import { checkBundle, type VerifyPorts } from './verify.ts'

/** A caller knows what it wants before it opens a stream. */
const CALL_TIMEOUT_MS = 10_000
/** The slowest of the other verifiers may take its whole time (verifier-dialogue.ts), and a little more to be told. */
const COMMITMENTS_TIMEOUT_MS = 40_000
/** The beacon is waited for after the call is signed; a call much older than that asks about an answer that nobody waits for. */
const MAX_CALL_AGE_MS = 10 * 60_000

export interface ServeAuditPorts extends VerifyPorts, AttestPorts {
  beacon: Beacon
  journal: Journal
  clock: Clock
  /** Of the one model that this participant checks with. */
  modelRoot: string
  contextTokens: number
}

export interface ServedAudit {
  verdict: MessageVerdict
  /** Digest of the attestation, once it was shown. */
  attested: Uint8Array | null
}

/**
 * The verifier's side of one audit (protocol.md §5.6): judge the call before anything is computed, fetch the evidence from the caller, so that
 * its provider never hears of it, compute, commit, and open once everybody has committed. Never rejects; the stream is closed or aborted
 * when it resolves.
 */
export async function serveAudit(
  ports: ServeAuditPorts,
  network: Pick<Network, 'openStream'>,
  stream: PeerStream,
  signal: AbortSignal,
): Promise<ServedAudit> {
  const { clock, sessionKey } = ports
  const frames = stream.frames[Symbol.asyncIterator]()
  const send = (message: VerifierMessage): Promise<void> => stream.send(encodeAuditMessage(message))
  const receive = async <T extends CallerMessage['type']>(type: T, timeoutMs: number) => {
    const next = await withDeadline(clock, timeoutMs, type, frames.next())
    const decoded = next.done === true ? null : decodeCallerMessage(next.value)
    return decoded?.ok === true && decoded.value.type === type
      ? (decoded.value as Extract<CallerMessage, { type: T }>)
      : null
  }
  const refuse = async (verdict: MessageVerdict): Promise<ServedAudit> => {
    await send({ type: 'refuse', code: verdict.verdict === 'accept' ? '' : verdict.code })
    await stream.close()
    return { verdict, attested: null }
  }

  try {
    const message = await receive('audit', CALL_TIMEOUT_MS)
    // REJECT what is oversized, not canonical CBOR, or not of the schema.
    if (message === null) return cut(stream, reject('audit/bad-message'))
    const early = judgeCall(message, sessionKey.publicKey, clock.now())
    if (early !== null) return await refuse(early)

    const bytes = await fetchEvidence({ network, clock }, stream.remotePeer, message.signed.call.bundleHash, signal)
    const evidence = decodeCbor(bytes, BundleSchema, MAX_BUNDLE_BYTES)
    // REJECT evidence that cannot be read: it is what the caller itself signed for.
    if (!evidence.ok || evidence.value.audits.length > 0) return await refuse(reject('audit/bad-message'))
    const before = message.before === null ? [] : [message.before]
    const asked = { signed: message.signed, roster: message.roster, round: message.round, commitments: [], reveals: [] }
    const bundle: Bundle = { ...evidence.value, audits: [...before, asked] }
    const index = before.length
    // IGNORE what this participant cannot check: another model, or a text longer than any of this model.
    if (!isOfModel(ports, bundle)) return await refuse(ignore('check/unavailable'))
    // REJECT a call that is not what it says, a beacon that its chain did not sign, a lottery that fell elsewhere.
    const fault = firstFault(bundle, index, await auditWorldOf(ports.beacon, bundle.audits))
    if (fault !== null) return await refuse(reject(fault))
    // REJECT a call to somebody who was not drawn: work is given by lot, not by choice.
    if (ownProbes(bundle, index, 1, sessionKey.publicKey) === null) return await refuse(reject('audit/not-drawn'))

    const check = await checkBundle(
      ports,
      evidence.value,
      signal,
      ({ hiddenSize }) => ownProbes(bundle, index, hiddenSize, sessionKey.publicKey) ?? [],
    )
    const cell = check.checkedBy.kind === 'this-device' ? check.checkedBy.cell : cellOf(bundle)
    const { commitment, reveal } = await attest(ports, bundle, index, check, cell)
    // What was signed is kept before it is shown: a verifier must be able to answer for it.
    const own: Bundle = { ...bundle, audits: [...before, { ...asked, commitments: [commitment], reveals: [reveal] }] }
    await ports.journal.append(journalRecordOf(own, 'attested', reveal.attestation.reason, check.report, clock.now()))
    await send({ type: 'commit', commitment })
    const all = await receive('commitments', COMMITMENTS_TIMEOUT_MS)
    // REJECT commitments that leave this one out: whoever opens now would speak to somebody who can still choose.
    const isIn = all?.commitments.some((one) => bytesEqual(one.commitment, commitment.commitment)) ?? false
    if (all === null || !isIn) return cut(stream, reject('audit/bad-message'))
    await send({ type: 'reveal', reveal })
    // The caller closes once it holds the opening; closing first could cut it off.
    await withDeadline(clock, CALL_TIMEOUT_MS, 'goodbye', frames.next()).catch(() => {})
    await stream.close()
    return { verdict: ACCEPT, attested: attestationDigest(reveal.attestation) }
  } catch (error) {
    // IGNORE who vanished or fell silent, and what this device could not do.
    return cut(stream, ignore(CodedError.dataOf(error, 'network/closed').code))
  }
}

/** What a call says by itself, before a byte of evidence is fetched for it. Null: nothing speaks against it. */
function judgeCall(
  { signed, roster }: Extract<CallerMessage, { type: 'audit' }>,
  ownKey: Uint8Array,
  nowMs: number,
): MessageVerdict | null {
  const { issuedAt } = signed.call
  // IGNORE a call of another time: clocks differ, and old answers are nobody's hurry.
  if (issuedAt < nowMs - MAX_CALL_AGE_MS || issuedAt > nowMs + MAX_CLOCK_SKEW_MS) return ignore('audit/expired')
  // REJECT a roster without us: such a call cannot have drawn us.
  if (!roster.some((entry) => bytesEqual(entry.verifierKey, ownKey))) return reject('audit/not-drawn')
  return null
}

function firstFault(bundle: Bundle, last: number, world: Parameters<typeof faultOfAudit>[2]): string | null {
  for (let index = 0; index <= last; index++) {
    const fault = faultOfAudit(bundle, index, world)
    if (fault !== null) return fault.code
  }
  return null
}

function isOfModel({ modelRoot, contextTokens }: ServeAuditPorts, bundle: Bundle): boolean {
  const [first] = bundle.legs
  if (first?.request.modelRoot !== modelRoot) return false
  return first.request.promptIds.length + bundleOutputIds(bundle).length <= contextTokens
}

/** Of evidence that nobody computed, because it is at fault by itself: what it claims to be of. */
function cellOf(bundle: Bundle): Bundle['legs'][number]['accept']['cell'] {
  return (bundle.legs.at(-1) as Bundle['legs'][number]).accept.cell
}

function cut(stream: PeerStream, verdict: MessageVerdict): ServedAudit {
  stream.abort(new Error('the audit ended early'))
  return { verdict, attested: null }
}
