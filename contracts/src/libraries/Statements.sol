// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What session keys sign off the chain (protocol.md §5.1)
/// @notice The digests of `src/protocol/receipt/typed-data.ts` and `src/protocol/audit`, under the domain `{name: "Locus", version: "1"}`. They name no
/// chain: a lie is a lie on every chain where its key is delegated, and is slashed at most once on each.
library Statements {
    struct Segment {
        bytes32 jobId;
        uint32 index;
        bytes32 runningHash;
    }

    struct Sampler {
        uint32 temperatureMilli;
        uint32 topK;
        uint32 topPMilli;
    }

    struct Receipt {
        bytes32 jobId;
        bytes32 modelRoot;
        bytes32 cell;
        bytes32 promptHash;
        bytes32 outputHash;
        uint32 firstToken;
        uint32 tokenCount;
        string finish;
        bytes32 seed;
        Sampler sampler;
        bytes requesterKey;
        bytes providerKey;
        uint64 issuedAt;
    }

    struct AuditCall {
        bytes32 receiptHash;
        bytes32 bundleHash;
        bytes32 beaconChain;
        uint64 beaconRound;
        uint32 rateMillionths;
        bytes32 rosterHash;
        uint32 verifiers;
        bytes32 previous;
        bytes requesterKey;
        uint64 issuedAt;
    }

    struct Commitment {
        bytes32 callHash;
        bytes32 commitment;
        bytes verifierKey;
    }

    struct Attestation {
        bytes32 callHash;
        bytes32 receiptHash;
        bytes32 cell;
        string verdict;
        string reason;
        uint32 segment;
        bytes32 report;
        bytes32 thresholds;
        bytes verifierKey;
        uint64 issuedAt;
    }

    bytes32 internal constant DOMAIN_SEPARATOR =
        keccak256(abi.encode(keccak256("EIP712Domain(string name,string version)"), keccak256("Locus"), keccak256("1")));
    bytes32 internal constant SEGMENT = keccak256("Segment(bytes32 jobId,uint32 index,bytes32 runningHash)");
    bytes32 internal constant SAMPLER = keccak256("Sampler(uint32 temperatureMilli,uint32 topK,uint32 topPMilli)");
    bytes32 internal constant RECEIPT = keccak256(
        "Receipt(bytes32 jobId,bytes32 modelRoot,bytes32 cell,bytes32 promptHash,bytes32 outputHash,uint32 firstToken,uint32 tokenCount,string finish,bytes32 seed,Sampler sampler,bytes requesterKey,bytes providerKey,uint64 issuedAt)Sampler(uint32 temperatureMilli,uint32 topK,uint32 topPMilli)"
    );
    bytes32 internal constant AUDIT_CALL = keccak256(
        "AuditCall(bytes32 receiptHash,bytes32 bundleHash,bytes32 beaconChain,uint64 beaconRound,uint32 rateMillionths,bytes32 rosterHash,uint32 verifiers,bytes32 previous,bytes requesterKey,uint64 issuedAt)"
    );
    bytes32 internal constant COMMITMENT = keccak256("AttestationCommitment(bytes32 callHash,bytes32 commitment,bytes verifierKey)");
    bytes32 internal constant ATTESTATION = keccak256(
        "Attestation(bytes32 callHash,bytes32 receiptHash,bytes32 cell,string verdict,string reason,uint32 segment,bytes32 report,bytes32 thresholds,bytes verifierKey,uint64 issuedAt)"
    );

    function digest(Segment memory s) internal pure returns (bytes32) {
        return _digest(keccak256(abi.encode(SEGMENT, s.jobId, s.index, s.runningHash)));
    }

    function digest(Receipt memory r) internal pure returns (bytes32) {
        bytes memory terms = abi.encode(RECEIPT, r.jobId, r.modelRoot, r.cell, r.promptHash, r.outputHash, r.firstToken, r.tokenCount);
        bytes32 sampler = keccak256(abi.encode(SAMPLER, r.sampler.temperatureMilli, r.sampler.topK, r.sampler.topPMilli));
        bytes memory rest =
            abi.encode(keccak256(bytes(r.finish)), r.seed, sampler, keccak256(r.requesterKey), keccak256(r.providerKey), r.issuedAt);
        return _digest(keccak256(bytes.concat(terms, rest)));
    }

    function digest(AuditCall memory c) internal pure returns (bytes32) {
        bytes memory what = abi.encode(AUDIT_CALL, c.receiptHash, c.bundleHash, c.beaconChain, c.beaconRound);
        bytes memory how = abi.encode(c.rateMillionths, c.rosterHash, c.verifiers, c.previous, keccak256(c.requesterKey), c.issuedAt);
        return _digest(keccak256(bytes.concat(what, how)));
    }

    function digest(Commitment memory c) internal pure returns (bytes32) {
        return _digest(keccak256(abi.encode(COMMITMENT, c.callHash, c.commitment, keccak256(c.verifierKey))));
    }

    function digest(Attestation memory a) internal pure returns (bytes32) {
        bytes memory what =
            abi.encode(ATTESTATION, a.callHash, a.receiptHash, a.cell, keccak256(bytes(a.verdict)), keccak256(bytes(a.reason)));
        bytes memory how = abi.encode(a.segment, a.report, a.thresholds, keccak256(a.verifierKey), a.issuedAt);
        return _digest(keccak256(bytes.concat(what, how)));
    }

    function _digest(bytes32 structHash) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR, structHash));
    }
}
