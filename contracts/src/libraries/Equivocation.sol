// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputes} from "../interfaces/IDisputes.sol";
import {IReceipts} from "../interfaces/IReceipts.sol";
import {Cbor} from "./Cbor.sol";
import {Statements} from "./Statements.sol";
import {Tagged} from "./Tagged.sol";

/// @title What a statement is about, and what it says of that
/// @notice Two statements of one key contradict each other if they have one *slot* and two *contents*. The time of issue is no content: to say the
/// same thing twice is no lie.
library Equivocation {
    using Statements for Statements.Segment;
    using Statements for Statements.Receipt;
    using Statements for Statements.AuditCall;
    using Statements for Statements.Commitment;
    using Statements for Statements.Attestation;

    /// @dev Tokens of a segment (protocol.md §8).
    uint256 private constant SEGMENT_TOKENS = 32;

    struct Reading {
        /// What was signed.
        bytes32 digest;
        bytes32 slot;
        bytes32 content;
        /// What is slashed once, however many slots of it contradict: all of a job is one.
        bytes32 subject;
        /// The key that the statement itself names; empty where it names none.
        bytes key;
    }

    function read(IDisputes.Kind kind, bytes memory body, IReceipts receipts) internal view returns (Reading memory) {
        if (kind == IDisputes.Kind.Segment) return _ofSegment(abi.decode(body, (Statements.Segment)));
        if (kind == IDisputes.Kind.Receipt) return _ofReceipt(abi.decode(body, (Statements.Receipt)));
        if (kind == IDisputes.Kind.ReceiptAsSegment) return _ofLastSegment(abi.decode(body, (Statements.Receipt)));
        if (kind == IDisputes.Kind.AuditCall) return _ofCall(abi.decode(body, (Statements.AuditCall)));
        if (kind == IDisputes.Kind.Commitment) return _ofCommitment(abi.decode(body, (Statements.Commitment)));
        if (kind == IDisputes.Kind.Attestation) return _ofAttestation(abi.decode(body, (Statements.Attestation)));
        if (kind == IDisputes.Kind.Batch) return _ofBatch(abi.decode(body, (IReceipts.Batch)), receipts);
        return _ofRoot(abi.decode(body, (IDisputes.RootAnnouncement)));
    }

    function _ofSegment(Statements.Segment memory s) private pure returns (Reading memory) {
        bytes32 slot = _slot("segment", s.jobId, bytes32(uint256(s.index)));
        return Reading(s.digest(), slot, s.runningHash, _job(s.jobId), "");
    }

    function _ofReceipt(Statements.Receipt memory r) private pure returns (Reading memory) {
        bytes32 digest = r.digest();
        r.issuedAt = 0;
        return Reading(digest, _slot("receipt", r.jobId, 0), r.digest(), _job(r.jobId), r.providerKey);
    }

    /// @dev A receipt's output hash is the running hash after its last segment (protocol.md §5.1).
    function _ofLastSegment(Statements.Receipt memory r) private pure returns (Reading memory) {
        if (r.tokenCount == 0) revert IDisputes.NotTheSameThing();
        uint256 index = (uint256(r.firstToken) + r.tokenCount - 1) / SEGMENT_TOKENS;
        bytes32 slot = _slot("segment", r.jobId, bytes32(index));
        return Reading(r.digest(), slot, r.outputHash, _job(r.jobId), r.providerKey);
    }

    function _ofCall(Statements.AuditCall memory c) private pure returns (Reading memory) {
        bytes32 digest = c.digest();
        c.issuedAt = 0;
        bytes32 slot = _slot("call", c.receiptHash, c.previous);
        return Reading(digest, slot, c.digest(), slot, c.requesterKey);
    }

    function _ofCommitment(Statements.Commitment memory c) private pure returns (Reading memory) {
        bytes32 slot = _slot("commitment", c.callHash, 0);
        return Reading(c.digest(), slot, c.commitment, slot, c.verifierKey);
    }

    /// @dev Without a call it is nobody's duty, and may be said again after another check.
    function _ofAttestation(Statements.Attestation memory a) private pure returns (Reading memory) {
        if (a.callHash == 0) revert IDisputes.NotTheSameThing();
        bytes32 digest = a.digest();
        a.issuedAt = 0;
        bytes32 slot = _slot("attestation", a.callHash, a.receiptHash);
        return Reading(digest, slot, a.digest(), slot, a.verifierKey);
    }

    /// @dev Its wallet is part of the slot, so that a key that signed for another wallet too has contradicted nothing.
    function _ofBatch(IReceipts.Batch memory b, IReceipts receipts) private view returns (Reading memory) {
        bytes32 slot = _slot("batch", bytes32(uint256(uint160(b.participant))), keccak256(abi.encode(b.kind, b.epoch)));
        return Reading(receipts.batchDigest(b), slot, keccak256(abi.encode(b.root, b.count)), slot, "");
    }

    /// @dev H("root", CBOR(announcement)): a map of eight fields in the order of RFC 8949 §4.2.1.
    function _ofRoot(IDisputes.RootAnnouncement memory r) private pure returns (Reading memory) {
        bytes memory head =
            abi.encodePacked(uint8(0xa8), Cbor.text("kind"), Cbor.text(r.kind), Cbor.text("root"), Cbor.byteString(abi.encode(r.root)));
        bytes memory body =
            abi.encodePacked(Cbor.text("count"), Cbor.head(0, r.count), Cbor.text("epoch"), Cbor.head(0, r.epoch), Cbor.text("peerId"));
        bytes memory tail =
            abi.encodePacked(Cbor.text(r.peerId), Cbor.text("version"), Cbor.head(0, 1), Cbor.text("issuedAt"), Cbor.head(0, r.issuedAt));
        bytes memory key = abi.encodePacked(Cbor.text("participantKey"), Cbor.byteString(r.participantKey));
        bytes32 digest = Tagged.hash("root", abi.encodePacked(head, body, tail, key));
        bytes32 slot = _slot("root", keccak256(bytes(r.kind)), bytes32(uint256(r.epoch)));
        return Reading(digest, slot, keccak256(abi.encode(r.root, r.count)), slot, r.participantKey);
    }

    function _job(bytes32 jobId) private pure returns (bytes32) {
        return _slot("job", jobId, 0);
    }

    function _slot(string memory kind, bytes32 a, bytes32 b) private pure returns (bytes32) {
        return keccak256(abi.encode(kind, a, b));
    }
}
