// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Statements} from "../libraries/Statements.sol";

/// @title Slashing by a drawn committee: the one place where somebody is trusted
/// @notice A chain cannot compute an answer again. Fifteen verifiers of the accused's own cell can: drawn by stake, by a beacon round that nobody
/// knew when the case was opened. If twelve of them signed that they found the same other bits, the provider loses what one event takes. What is
/// trusted is that fewer than twelve of those drawn collude. They cannot take more than they themselves have at stake, and never more than a
/// tenth; and until the slash is carried out, anybody can show that somebody was left out of the draw.
interface ICommittees {
    /// What one drawn verifier said; nothing where it has no signature.
    struct Voice {
        bytes verifierKey;
        string reason;
        uint32 segment;
        uint64 issuedAt;
        /// CBOR of its report.
        bytes report;
        bytes signature;
    }

    enum CaseState {
        None,
        Open,
        Convicted
    }

    struct Case {
        address accused;
        uint64 openedAt;
        CaseState state;
        address requester;
        uint64 snapshotBlock;
        /// Convictions so far; all but the last were refuted.
        uint32 attempts;
        bytes32 cell;
        bytes32 callHash;
        uint64 round;
        uint64 deadline;
        /// Of the conviction: who was drawn, and how the last of them rang.
        bytes32 drawnHash;
        bytes32 randomness;
        uint256 lastRing;
        uint256 lastStake;
    }

    event CaseOpened(bytes32 indexed receiptHash, address indexed accused, bytes32 bundleHash, Case opened);
    event CaseRefuted(bytes32 indexed receiptHash, bytes32 omittedKeyId);
    event Enrolled(bytes32 indexed keyId, address indexed wallet, bytes32 indexed cell);
    event Withdrawn(bytes32 indexed keyId, address indexed wallet);

    event Convicted(bytes32 indexed receiptHash, bytes32 indexed id, address indexed accused, uint256 agreeing, uint256 amount);

    error CaseExists();
    error CaseNotOpen();
    error CaseNotConvicted();
    error WrongCall();
    /// The round is due too soon: its number could be known by whoever chose it.
    error RoundTooSoon(uint256 dueAt);
    error WrongSeats();
    error NotEligible(bytes32 keyId);
    /// These two clocks are closer than the arithmetic can tell, or stand in the wrong order.
    error OrderNotProved(uint256 seat);
    error FindingsDiffer(uint256 seat);
    error NoQuorum(uint256 agreeing);
    /// Those who agree have less at stake than they would take.
    error CommitteeTooSmall(uint256 atStake, uint256 amount);
    error DeadlinePassed();
    error NotOmitted();
    error NotTheWallet();
    error AlreadyEnrolled();
    error NotEnrolled();
    error StillActive();

    /// @notice Says that a verifier's key checks in this cell and may be drawn there. One key for each wallet and cell. Only its wallet may.
    function enrol(bytes32 keyId, bytes32 cell) external;

    /// @notice Its wallet may at any time; anybody, once the key is no longer active.
    function disenrol(bytes32 keyId) external;

    /// @notice Fixes what a committee is to judge before the beacon's round is known. Once for each receipt.
    /// @param receiptSignature by `receipt.providerKey`, which a wallet stands behind.
    /// @param call by the requester that the receipt names; 15 seats.
    function openCase(
        Statements.Receipt calldata receipt,
        bytes calldata receiptSignature,
        Statements.AuditCall calldata call,
        bytes calldata callSignature
    ) external;

    /// @notice Proves who was drawn and that four fifths found the same. Anybody may.
    /// @param voices all who were drawn, in the order in which their clocks ring.
    /// @param round the beacon's signature, for `IBeacon.randomnessOf`.
    function convict(bytes32 receiptHash, Voice[] calldata voices, bytes calldata round) external returns (bytes32 id);

    /// @notice Shows an eligible verifier who rang before the last of those drawn, or too close to tell, and was left out. Until the slash is
    /// carried out. The case is open again.
    function refute(bytes32 receiptHash, bytes calldata omittedKey, bytes32[] calldata drawnKeyIds) external;

    function caseOf(bytes32 receiptHash) external view returns (Case memory);

    function enrolmentOf(bytes32 keyId) external view returns (bytes32 cell, uint64 fromBlock, uint64 toBlock);
}
