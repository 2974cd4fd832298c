// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputes} from "../interfaces/IDisputes.sol";
import {Statements} from "./Statements.sol";
import {Tagged} from "./Tagged.sol";

/// @title A canary that was passed (protocol.md §5.9)
/// @notice A canary's wrong rows hash is H("canary", salt). The hash of rows is SHA-256 of 32-bit floats, whose length is a multiple of four; this
/// preimage has 47 bytes. So no rows hash to it, whoever computes them, on whatever device: a verifier that owed equality and found it has not
/// compared. Nobody can turn an honest answer into one: its hashes are those of rows.
library Canary {
    using Statements for Statements.Receipt;
    using Statements for Statements.AuditCall;
    using Statements for Statements.Attestation;

    uint256 private constant COMMITMENT_BYTES = 258;
    uint256 private constant MAX_SEGMENT_TOKENS = 32;

    /// @notice Reverts unless the proof holds, but for the signature.
    /// @return slot the receipt: one pass is one lie.
    function requirePassed(IDisputes.CanaryProof calldata proof) internal pure returns (bytes32 slot) {
        bytes32 receiptHash = proof.receipt.digest();
        Statements.Attestation calldata a = proof.attestation;
        bool isAboutReceipt = a.receiptHash == receiptHash && a.callHash == proof.call.digest();
        // In one exact cell and by no thresholds: equality was owed, and a pass says that it was found.
        bool isExactPass = a.cell == proof.receipt.cell && a.thresholds == 0 && keccak256(bytes(a.verdict)) == keccak256("pass");
        bool isWrong = proof.segments[proof.wrong].rowsHash == Tagged.hash("canary", abi.encode(proof.salt));
        bool isCovered = _runningHash(proof) == proof.receipt.outputHash;
        if (!isAboutReceipt || !isExactPass || !isWrong || !isCovered) revert IDisputes.NotACanary();
        return keccak256(abi.encode("canary", receiptHash));
    }

    /// @dev Every part has the one length that it can have, so that no other cut of the same bytes is an opening.
    function _runningHash(IDisputes.CanaryProof calldata proof) private pure returns (bytes32 running) {
        running = Tagged.hash("running", abi.encode(proof.receipt.jobId));
        uint32 first = proof.receipt.firstToken / uint32(MAX_SEGMENT_TOKENS);
        for (uint32 i = 0; i < proof.segments.length; i++) {
            IDisputes.SegmentOpening calldata s = proof.segments[i];
            uint256 count = s.ids.length / 4;
            bool fits = s.ids.length % 4 == 0 && count > 0 && count <= MAX_SEGMENT_TOKENS && s.commitment.length == COMMITMENT_BYTES;
            if (!fits) revert IDisputes.NotACanary();
            running = Tagged.hash("segment", abi.encodePacked(running, first + i, uint32(count), s.ids, s.rowsHash, s.commitment));
        }
    }
}
