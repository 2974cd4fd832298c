// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IBeacon} from "../interfaces/IBeacon.sol";
import {ICommittees} from "../interfaces/ICommittees.sol";
import {ISessionRegistry} from "../interfaces/ISessionRegistry.sol";
import {IStake} from "../interfaces/IStake.sol";
import {DISPUTE_WINDOW} from "../Limits.sol";
import {DrawClock} from "./DrawClock.sol";
import {Enrolment} from "./Enrolment.sol";
import {Findings} from "./Findings.sol";
import {Statements} from "./Statements.sol";
import {Tagged} from "./Tagged.sol";

/// @title Committees (protocol.md §5.7), as far as a chain can see them
/// @notice A case is anchored before its round is due, so that nobody chooses who is drawn. Whoever convicts names those drawn, in order; that
/// nobody was left out is what `refute` is for, because a chain cannot walk over everybody.
library Cases {
    using Enrolment for Enrolment.State;
    using Statements for Statements.AuditCall;
    using Statements for Statements.Attestation;
    using Statements for Statements.Receipt;

    /// @dev `COMMITTEE_SIZE` and four fifths of it: a fifth of the stake has the quorum once in a million committees (protocol.md §5.7).
    uint256 private constant SEATS = 15;
    uint256 private constant QUORUM = 12;
    /// @dev More than a slot of any chain in use: who builds a block can know what happens until it is published.
    uint256 private constant ANCHOR_SECONDS = 12;

    /// @dev The largest stake of a roster (protocol.md §5.4): what a binary64 counts, and what the products of `DrawClock` have room for.
    uint256 private constant MAX_WEIGHT = 2 ** 53 - 1;

    struct World {
        ISessionRegistry registry;
        IStake stake;
        IBeacon beacon;
        /// In the token's smallest unit: a millionth of one token (protocol.md §5.4).
        uint256 stakeUnit;
        address p256Verifier;
    }

    /// @dev While the seats are walked over.
    struct Tally {
        /// The clock before, and its stake.
        uint256 ring;
        uint256 weight;
        /// What those who speak have found.
        bytes32 found;
        uint256 votes;
        uint256 weightOfVotes;
    }

    struct State {
        mapping(bytes32 receiptHash => ICommittees.Case) cases;
        Enrolment.State enrolment;
    }

    function open(
        State storage self,
        World memory world,
        Statements.Receipt memory receipt,
        Statements.AuditCall memory call,
        address accused
    ) internal returns (bytes32 receiptHash, ICommittees.Case memory opened) {
        receiptHash = receipt.digest();
        if (self.cases[receiptHash].state != ICommittees.CaseState.None) revert ICommittees.CaseExists();
        bool isOfReceipt = call.receiptHash == receiptHash && keccak256(call.requesterKey) == keccak256(receipt.requesterKey);
        if (!isOfReceipt || call.beaconChain != world.beacon.chainHash() || call.verifiers != SEATS) {
            revert ICommittees.WrongCall();
        }
        uint256 dueAt = world.beacon.timeOf(call.beaconRound);
        if (dueAt < block.timestamp + ANCHOR_SECONDS) revert ICommittees.RoundTooSoon(dueAt);
        opened.accused = accused;
        opened.requester = world.registry.session(keccak256(signerOf(world, call.requesterKey))).wallet;
        opened.openedAt = uint64(block.timestamp);
        opened.deadline = uint64(block.timestamp + DISPUTE_WINDOW);
        opened.state = ICommittees.CaseState.Open;
        opened.snapshotBlock = uint64(block.number - 1);
        opened.cell = receipt.cell;
        opened.callHash = call.digest();
        opened.round = call.beaconRound;
        self.cases[receiptHash] = opened;
    }

    /// @return agreeing what those who agree had at stake together, in the token's smallest unit.
    function convict(State storage self, World memory world, bytes32 receiptHash, ICommittees.Voice[] memory voices, bytes32 randomness)
        internal
        returns (uint256 agreeing)
    {
        ICommittees.Case storage one = self.cases[receiptHash];
        if (voices.length != SEATS) revert ICommittees.WrongSeats();
        one.randomness = randomness;
        bytes32[] memory drawn = new bytes32[](SEATS);
        Tally memory tally;
        for (uint256 seat = 0; seat < SEATS; seat++) {
            drawn[seat] = keccak256(signerOf(world, voices[seat].verifierKey));
            uint256 weight = requireEligible(self, world, one, drawn[seat]);
            _follow(tally, seat, DrawClock.ring(randomness, receiptHash, voices[seat].verifierKey), weight);
            if (voices[seat].signature.length > 0) _count(tally, seat, _findingOf(world, one, receiptHash, voices[seat]));
        }
        if (tally.votes < QUORUM) revert ICommittees.NoQuorum(tally.votes);
        one.drawnHash = keccak256(abi.encode(drawn));
        (one.lastRing, one.lastStake) = (tally.ring, tally.weight);
        one.state = ICommittees.CaseState.Convicted;
        one.attempts++;
        return tally.weightOfVotes * world.stakeUnit;
    }

    function refute(State storage self, World memory world, bytes32 receiptHash, bytes memory omittedKey, bytes32[] memory drawn)
        internal
        returns (bytes32 omitted)
    {
        ICommittees.Case storage one = self.cases[receiptHash];
        if (one.state != ICommittees.CaseState.Convicted) revert ICommittees.CaseNotConvicted();
        omitted = keccak256(signerOf(world, omittedKey));
        bool isOmitted = keccak256(abi.encode(drawn)) == one.drawnHash;
        for (uint256 i = 0; i < drawn.length; i++) {
            isOmitted = isOmitted && drawn[i] != omitted;
        }
        uint256 weight = requireEligible(self, world, one, omitted);
        uint256 ring = DrawClock.ring(one.randomness, receiptHash, omittedKey);
        if (!isOmitted || DrawClock.isSooner(one.lastRing, one.lastStake, ring, weight)) revert ICommittees.NotOmitted();
        one.state = ICommittees.CaseState.Open;
        // What was given back is bonded again, so that it takes as long as ever to leave.
        one.deadline = uint64(block.timestamp + DISPUTE_WINDOW);
    }

    /// @notice Enrolled in the accused's cell and staked at the snapshot, delegated when the case was opened, and neither accused nor accuser.
    /// @return weight its stake in millionths.
    function requireEligible(State storage self, World memory world, ICommittees.Case storage one, bytes32 keyId)
        internal
        view
        returns (uint256 weight)
    {
        ISessionRegistry.Session memory session = world.registry.session(keyId);
        weight = Math.min(world.stake.bondedAt(session.wallet, one.snapshotBlock) / world.stakeUnit, MAX_WEIGHT);
        bool isLive = session.validUntil > one.openedAt && (session.revokedAt == 0 || session.revokedAt > one.openedAt);
        bool isOther = session.wallet != one.accused && session.wallet != one.requester;
        bool isEnrolled = self.enrolment.wasEnrolled(keyId, one.cell, one.snapshotBlock);
        if (!isLive || !isOther || !isEnrolled || weight == 0) revert ICommittees.NotEligible(keyId);
    }

    function signerOf(World memory world, bytes memory key) internal pure returns (bytes memory) {
        return abi.encodePacked(world.p256Verifier, key);
    }

    function _follow(Tally memory tally, uint256 seat, uint256 ring, uint256 weight) private pure {
        if (seat > 0 && !DrawClock.isSooner(tally.ring, tally.weight, ring, weight)) revert ICommittees.OrderNotProved(seat);
        (tally.ring, tally.weight) = (ring, weight);
    }

    function _count(Tally memory tally, uint256 seat, bytes32 finding) private pure {
        if (finding == 0 || (tally.votes > 0 && finding != tally.found)) revert ICommittees.FindingsDiffer(seat);
        tally.found = finding;
        tally.votes++;
        tally.weightOfVotes += tally.weight;
    }

    /// @dev A signed failure, in the accused's cell and by no thresholds, about this receipt and call; whatever else it says is not counted.
    function _findingOf(World memory world, ICommittees.Case storage one, bytes32 receiptHash, ICommittees.Voice memory voice)
        private
        view
        returns (bytes32)
    {
        Statements.Attestation memory attestation = Statements.Attestation({
            callHash: one.callHash,
            receiptHash: receiptHash,
            cell: one.cell,
            verdict: "fail",
            reason: voice.reason,
            segment: voice.segment,
            report: Tagged.hash("report", voice.report),
            thresholds: 0,
            verifierKey: voice.verifierKey,
            issuedAt: voice.issuedAt
        });
        world.registry.requireAccountable(signerOf(world, voice.verifierKey), attestation.digest(), voice.signature);
        return Findings.read(voice.report);
    }
}
