// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBeacon} from "./interfaces/IBeacon.sol";
import {ICommittees} from "./interfaces/ICommittees.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {IStake} from "./interfaces/IStake.sol";
import {Cases} from "./libraries/Cases.sol";
import {Enrolment} from "./libraries/Enrolment.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {Statements} from "./libraries/Statements.sol";

contract Committees is ICommittees {
    using Cases for Cases.State;
    using Enrolment for Enrolment.State;
    using Statements for Statements.AuditCall;
    using Statements for Statements.Receipt;

    ISessionRegistry public immutable registry;
    IStake public immutable stake;
    IBeacon public immutable beacon;
    /// @notice A millionth of one token, in its smallest unit.
    uint256 public immutable stakeUnit;

    Cases.State private _state;

    constructor(ISessionRegistry registry_, IStake stake_, IBeacon beacon_, uint256 stakeUnit_) {
        registry = registry_;
        stake = stake_;
        beacon = beacon_;
        stakeUnit = stakeUnit_;
    }

    /// @inheritdoc ICommittees
    function enrol(bytes32 keyId, bytes32 cell) external {
        _state.enrolment.enrol(registry, keyId, cell);
        emit Enrolled(keyId, msg.sender, cell);
    }

    /// @inheritdoc ICommittees
    function disenrol(bytes32 keyId) external {
        emit Withdrawn(keyId, _state.enrolment.disenrol(registry, keyId));
    }

    /// @inheritdoc ICommittees
    function openCase(
        Statements.Receipt calldata receipt,
        bytes calldata receiptSignature,
        Statements.AuditCall calldata call,
        bytes calldata callSignature
    ) external {
        Cases.World memory world = _world();
        bytes memory provider = Cases.signerOf(world, receipt.providerKey);
        address accused = registry.requireAccountable(provider, receipt.digest(), receiptSignature);
        bytes memory requester = Cases.signerOf(world, call.requesterKey);
        Signatures.requireKey(world.p256Verifier, requester, call.digest(), callSignature);
        (bytes32 receiptHash, Case memory opened) = _state.open(world, receipt, call, accused);
        emit CaseOpened(receiptHash, accused, call.bundleHash, opened);
    }

    /// @inheritdoc ICommittees
    function convict(bytes32 receiptHash, Voice[] calldata voices, bytes calldata round) external returns (bytes32 id) {
        Case storage one = _state.cases[receiptHash];
        if (one.state != CaseState.Open) revert CaseNotOpen();
        if (block.timestamp >= one.deadline) revert DeadlinePassed();
        bytes32 randomness = beacon.randomnessOf(one.round, round);
        uint256 agreeing = _state.convict(_world(), receiptHash, voices, randomness);
        id = _idOf(receiptHash, one.attempts);
        uint256 amount = stake.freezeShare(id, one.accused, one.requester);
        if (agreeing < amount) revert CommitteeTooSmall(agreeing, amount);
        emit Convicted(receiptHash, id, one.accused, agreeing, amount);
    }

    /// @inheritdoc ICommittees
    function refute(bytes32 receiptHash, bytes calldata omittedKey, bytes32[] calldata drawnKeyIds) external {
        bytes32 id = _idOf(receiptHash, _state.cases[receiptHash].attempts);
        bytes32 omitted = _state.refute(_world(), receiptHash, omittedKey, drawnKeyIds);
        emit CaseRefuted(receiptHash, omitted);
        stake.release(id);
    }

    /// @inheritdoc ICommittees
    function caseOf(bytes32 receiptHash) external view returns (Case memory) {
        return _state.cases[receiptHash];
    }

    /// @inheritdoc ICommittees
    function enrolmentOf(bytes32 keyId) external view returns (bytes32 cell, uint64 fromBlock, uint64 toBlock) {
        Enrolment.Entry storage entry = _state.enrolment.entries[keyId];
        return (entry.cell, entry.fromBlock, entry.toBlock);
    }

    /// @dev Each conviction freezes anew: what was refuted is over.
    function _idOf(bytes32 receiptHash, uint32 attempt) private pure returns (bytes32) {
        return keccak256(abi.encode(receiptHash, attempt));
    }

    function _world() private view returns (Cases.World memory) {
        return Cases.World(registry, stake, beacon, stakeUnit, registry.p256Verifier());
    }
}
