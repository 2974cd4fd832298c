/** Version 1 of the stream on which somebody asks a verifier for its judgement (protocol.md §6.2). */
export const AUDIT_PROTOCOL = '/locus/audit/1'
