// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICommittees} from "../../src/interfaces/ICommittees.sol";
import {DrawClock} from "../../src/libraries/DrawClock.sol";
import {Statements} from "../../src/libraries/Statements.sol";
import {Tagged} from "../../src/libraries/Tagged.sol";
import {Keys} from "./Keys.sol";
import {Reports} from "./Reports.sol";
import {StatementTest} from "./StatementTest.sol";
import {vm} from "./Vm.sol";

/// Alice is accused by Bob; eighteen verifiers of her cell may be drawn.
abstract contract CommitteeTest is StatementTest {
    uint256 internal constant VERIFIERS = 18;
    /// Due 14 seconds from `NOW`.
    uint64 internal constant ROUND = 33_333_339;
    bytes internal constant ROUND_SIGNATURE = "round";
    bytes32 internal constant RANDOMNESS = sha256(ROUND_SIGNATURE);

    Statements.Receipt internal accused;
    Statements.AuditCall internal call;
    bytes32 internal receiptHash;

    function walletKey(uint256 i) internal pure returns (uint256) {
        return 0x10000 + i;
    }

    function sessionKey(uint256 i) internal pure returns (uint256) {
        return 0x20000 + i;
    }

    function setUp() public virtual override {
        super.setUp();
        for (uint256 i = 0; i < VERIFIERS; i++) {
            enrolVerifier(i, uint128(10 ether + i * 1 ether));
        }
        vm.roll(BLOCK + 10);
        accused = receiptOf(JOB, keccak256("output"));
        receiptHash = Statements.digest(accused);
        call = callOf(receiptHash, ROUND);
    }

    function enrolVerifier(uint256 i, uint128 amount) internal returns (bytes32 keyId) {
        address wallet = vm.addr(walletKey(i));
        fund(wallet);
        keyId = delegate(walletKey(i), sessionKey(i));
        bondFor(wallet, amount);
        vm.prank(wallet);
        committees.enrol(keyId, CELL);
    }

    function openCase() internal {
        committees.openCase(accused, Keys.p256(ALICE_SESSION, receiptHash), call, Keys.p256(BOB_SESSION, Statements.digest(call)));
    }

    /// Everybody enrolled, in the order in which their clocks ring.
    function order() internal view returns (uint256[] memory seats) {
        seats = new uint256[](VERIFIERS);
        for (uint256 i = 0; i < VERIFIERS; i++) {
            uint256 place = i;
            while (place > 0 && ringsBefore(i, seats[place - 1])) {
                seats[place] = seats[place - 1];
                place--;
            }
            seats[place] = i;
        }
    }

    function ringsBefore(uint256 i, uint256 j) private view returns (bool) {
        uint256 a = DrawClock.ring(RANDOMNESS, receiptHash, Keys.p256Public(sessionKey(i)));
        uint256 b = DrawClock.ring(RANDOMNESS, receiptHash, Keys.p256Public(sessionKey(j)));
        return a * weightOf(j) < b * weightOf(i);
    }

    function weightOf(uint256 i) private pure returns (uint256) {
        return (10 ether + i * 1 ether) / STAKE_UNIT;
    }

    /// The first fifteen; `speaking` of them have found the same difference, the others keep silent.
    function voices(uint256[] memory seats, uint256 speaking) internal view returns (ICommittees.Voice[] memory all) {
        all = new ICommittees.Voice[](15);
        for (uint256 i = 0; i < 15; i++) {
            all[i].verifierKey = Keys.p256Public(sessionKey(seats[i]));
            if (i < speaking) speak(all[i], seats[i], Reports.differing(1, keccak256("true rows")));
        }
    }

    function speak(ICommittees.Voice memory voice, uint256 who, bytes memory report) internal view {
        (voice.reason, voice.segment, voice.issuedAt, voice.report) = ("check/rows-mismatch", 1, 7, report);
        Statements.Attestation memory a = attestationOf(Statements.digest(call), receiptHash, "fail");
        (a.reason, a.segment, a.issuedAt) = (voice.reason, voice.segment, voice.issuedAt);
        a.report = Tagged.hash("report", report);
        a.verifierKey = voice.verifierKey;
        voice.signature = Keys.p256(sessionKey(who), Statements.digest(a));
    }

    function drawnKeyIds(uint256[] memory seats) internal view returns (bytes32[] memory ids) {
        ids = new bytes32[](15);
        for (uint256 i = 0; i < 15; i++) {
            ids[i] = keyIdOf(sessionKey(seats[i]));
        }
    }
}
