// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Statements} from "../libraries/Statements.sol";

/// @title Slashing by proofs that rest on nobody
/// @notice Two of the three proofs by which stake is lost, each of which anybody can check again from what the transaction carries:
/// 1. *equivocation*: two signed statements of one key about one thing;
/// 2. *a passed canary*: a signed pass of an answer that holds a number that no computation gives.
/// The third, a committee, is `ICommittees`. Nobody slashes without one of them, and nobody, the owner of the parameters included, stops one.
interface IDisputes {
    enum Kind {
        Segment,
        Receipt,
        /// A receipt, for what it says of its last segment.
        ReceiptAsSegment,
        AuditCall,
        Commitment,
        Attestation,
        Batch,
        Root
    }

    struct Statement {
        Kind kind;
        /// The statement's struct, ABI-encoded.
        bytes body;
        bytes signature;
    }

    /// A root as it is gossiped (protocol.md §6.5).
    struct RootAnnouncement {
        string kind;
        bytes participantKey;
        string peerId;
        uint64 epoch;
        bytes32 root;
        uint32 count;
        uint64 issuedAt;
    }

    /// One segment as the running hash covers it (protocol.md §4.3).
    struct SegmentOpening {
        /// Token ids, four bytes each.
        bytes ids;
        bytes32 rowsHash;
        /// 258 bytes.
        bytes commitment;
    }

    struct CanaryProof {
        Statements.Receipt receipt;
        Statements.AuditCall call;
        Statements.Attestation attestation;
        bytes signature;
        SegmentOpening[] segments;
        /// Which of them is wrong: its rows hash is H("canary", salt).
        uint256 wrong;
        bytes32 salt;
    }

    event Announced(bytes32 indexed commitment);
    /// @param bundleHash under which the evidence is kept (protocol.md §6.4); zero where the transaction carries all of it.
    /// @param amount what is set aside until `Stake.carryOut`.
    event OffenceProved(
        bytes32 indexed id, address indexed wallet, bytes32 indexed keyId, bytes32 bundleHash, address reporter, uint256 amount
    );
    error AlreadyAnnounced();
    /// Whoever reports has committed to the proof in an earlier block, so that nobody who sees it can take it for its own.
    error NotAnnounced();
    error NotTheSameThing();
    error NothingContradicts();
    error WrongKey();
    error NotACanary();
    /// @notice Step one of a report.
    /// @param commitment keccak256(abi.encode(reporter, keccak256 of the proof's ABI encoding, salt)).
    function announce(bytes32 commitment) external;

    /// @notice Two statements of one key that cannot both be honest.
    /// @param signer ERC-7913.
    function proveEquivocation(bytes calldata signer, Statement calldata one, Statement calldata other, bytes32 salt)
        external
        returns (bytes32 id);

    /// @notice A pass of an answer with a rows hash that is H("canary", salt): the hash of no rows.
    function provePassedCanary(CanaryProof calldata proof, bytes32 salt) external returns (bytes32 id);
}
