/** Version 1 of the stream on which evidence is fetched by its hash (protocol.md §6.2). */
export const EVIDENCE_PROTOCOL = '/locus/evidence/1'
