// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Committees} from "../src/Committees.sol";
import {ICommittees} from "../src/interfaces/ICommittees.sol";
import {ISessionRegistry} from "../src/interfaces/ISessionRegistry.sol";
import {IStake} from "../src/interfaces/IStake.sol";
import {DrawClock} from "../src/libraries/DrawClock.sol";
import {Signatures} from "../src/libraries/Signatures.sol";
import {Statements} from "../src/libraries/Statements.sol";
import {CommitteeTest} from "./harness/CommitteeTest.sol";
import {Keys} from "./harness/Keys.sol";
import {Reports} from "./harness/Reports.sol";
import {vm} from "./harness/Vm.sol";

contract CommitteesTest is CommitteeTest {
    function convict(ICommittees.Voice[] memory all) private returns (bytes32) {
        return committees.convict(receiptHash, all, ROUND_SIGNATURE);
    }

    function expectNoConviction(ICommittees.Voice[] memory all, bytes memory why) private {
        vm.expectRevert(why);
        committees.convict(receiptHash, all, ROUND_SIGNATURE);
    }

    function test_twelve_of_fifteen_who_found_the_same_convict() external {
        openCase();
        bytes32 id = convict(voices(order(), 12));
        IStake.Freeze memory f = stake.freezeOf(id);
        vm.assertEq(f.wallet, alice);
        vm.assertEq(f.reporter, bob);
        vm.assertEq(f.amount, 10 ether);
        vm.assertTrue(committees.caseOf(receiptHash).state == ICommittees.CaseState.Convicted);
        vm.expectRevert(ICommittees.CaseNotOpen.selector);
        committees.convict(receiptHash, new ICommittees.Voice[](0), "");
        vm.warp(NOW + 3 days);
        stake.carryOut(id);
        vm.assertEq(stake.rewardOf(bob), 2.5 ether);
    }

    function test_eleven_convict_nobody() external {
        openCase();
        expectNoConviction(voices(order(), 11), abi.encodeWithSelector(ICommittees.NoQuorum.selector, 11));
    }

    function test_another_token_is_a_finding_too() external {
        openCase();
        ICommittees.Voice[] memory all = voices(order(), 0);
        uint256[] memory seats = order();
        for (uint256 i = 0; i < 12; i++) {
            speak(all[i], seats[i], Reports.otherToken(40, hex"1903e8"));
        }
        convict(all);
    }

    function test_whoever_found_something_else_or_nothing_does_not_count() external {
        openCase();
        uint256[] memory seats = order();
        ICommittees.Voice[] memory all = voices(seats, 12);
        speak(all[5], seats[5], Reports.differing(1, keccak256("other rows")));
        expectNoConviction(all, abi.encodeWithSelector(ICommittees.FindingsDiffer.selector, 5));
        speak(all[5], seats[5], Reports.clean());
        expectNoConviction(all, abi.encodeWithSelector(ICommittees.FindingsDiffer.selector, 5));
        all = voices(seats, 12);
        speak(all[0], seats[0], Reports.tolerant());
        expectNoConviction(all, abi.encodeWithSelector(ICommittees.FindingsDiffer.selector, 0));
    }

    function test_a_voice_is_signed_by_its_key_over_what_it_says() external {
        openCase();
        ICommittees.Voice[] memory all = voices(order(), 12);
        all[3].issuedAt++;
        expectNoConviction(all, abi.encodeWithSelector(Signatures.InvalidSignature.selector));
        all = voices(order(), 12);
        (all[3].signature, all[4].signature) = (all[4].signature, all[3].signature);
        expectNoConviction(all, abi.encodeWithSelector(Signatures.InvalidSignature.selector));
    }

    function test_the_order_of_the_draw_is_checked() external {
        openCase();
        uint256[] memory seats = order();
        (seats[6], seats[7]) = (seats[7], seats[6]);
        expectNoConviction(voices(seats, 12), abi.encodeWithSelector(ICommittees.OrderNotProved.selector, 7));
        seats[7] = seats[6];
        expectNoConviction(voices(seats, 12), abi.encodeWithSelector(ICommittees.OrderNotProved.selector, 7));
        ICommittees.Voice[] memory few = new ICommittees.Voice[](14);
        expectNoConviction(few, abi.encodeWithSelector(ICommittees.WrongSeats.selector));
    }

    function test_whoever_was_left_out_undoes_the_conviction_and_the_right_one_stands() external {
        openCase();
        uint256[] memory all = order();
        uint256[] memory bent = order();
        for (uint256 i = 2; i + 1 < VERIFIERS; i++) {
            bent[i] = bent[i + 1];
        }
        bytes32 first = convict(voices(bent, 12));
        bytes memory omitted = Keys.p256Public(sessionKey(all[2]));
        vm.expectEmit();
        emit ICommittees.CaseRefuted(receiptHash, keyIdOf(sessionKey(all[2])));
        committees.refute(receiptHash, omitted, drawnKeyIds(bent));
        vm.assertEq(stake.bondedOf(alice), 100 ether);
        vm.assertTrue(stake.freezeOf(first).state == IStake.FreezeState.Released);
        bytes32 second = convict(voices(all, 12));
        vm.assertTrue(first != second);
        vm.assertEq(stake.bondedOf(alice), 90 ether);
    }

    function test_a_right_draw_cannot_be_refuted() external {
        bytes memory late = Keys.p256Public(sessionKey(order()[15]));
        bytes memory drawn = Keys.p256Public(sessionKey(order()[3]));
        bytes32[] memory ids = drawnKeyIds(order());
        vm.expectRevert(ICommittees.CaseNotConvicted.selector);
        committees.refute(receiptHash, late, ids);
        openCase();
        vm.expectRevert(ICommittees.CaseNotConvicted.selector);
        committees.refute(receiptHash, late, ids);
        bytes32 id = convict(voices(order(), 15));
        vm.expectRevert(ICommittees.NotOmitted.selector);
        committees.refute(receiptHash, late, ids);
        vm.expectRevert(ICommittees.NotOmitted.selector);
        committees.refute(receiptHash, drawn, ids);
        bytes memory outsider = Keys.p256Public(BOB_SESSION);
        vm.expectRevert(abi.encodeWithSelector(ICommittees.NotEligible.selector, keyIdOf(BOB_SESSION)));
        committees.refute(receiptHash, outsider, ids);
        bytes32[] memory others = drawnKeyIds(order());
        others[0] = 0;
        vm.expectRevert(ICommittees.NotOmitted.selector);
        committees.refute(receiptHash, late, others);
        vm.warp(NOW + 3 days);
        stake.carryOut(id);
    }

    function test_only_those_enrolled_and_staked_before_the_case_are_drawn() external {
        uint256[] memory seats = order();
        bytes32 gone = keyIdOf(sessionKey(seats[4]));
        vm.prank(vm.addr(walletKey(seats[4])));
        committees.disenrol(gone);
        vm.roll(BLOCK + 11);
        openCase();
        expectNoConviction(voices(seats, 12), abi.encodeWithSelector(ICommittees.NotEligible.selector, gone));
    }

    function test_neither_party_and_nobody_without_stake_is_drawn() external {
        bytes32 aliceKey = keyIdOf(ALICE_SESSION);
        vm.prank(alice);
        committees.enrol(aliceKey, CELL);
        bytes32 bobKey = keyIdOf(BOB_SESSION);
        vm.prank(bob);
        committees.enrol(bobKey, CELL);
        uint256 poor = 77;
        delegate(walletKey(poor), sessionKey(poor));
        bytes32 poorKey = keyIdOf(sessionKey(poor));
        vm.prank(vm.addr(walletKey(poor)));
        committees.enrol(poorKey, CELL);
        vm.roll(BLOCK + 11);
        openCase();
        uint256[3] memory keys = [ALICE_SESSION, BOB_SESSION, sessionKey(poor)];
        for (uint256 i = 0; i < 3; i++) {
            ICommittees.Voice[] memory all = voices(order(), 12);
            all[0].verifierKey = Keys.p256Public(keys[i]);
            expectNoConviction(all, abi.encodeWithSelector(ICommittees.NotEligible.selector, keyIdOf(keys[i])));
        }
    }

    function test_a_session_that_had_ended_is_not_drawn() external {
        uint256[] memory seats = order();
        bytes32 keyId = keyIdOf(sessionKey(seats[0]));
        vm.prank(vm.addr(walletKey(seats[0])));
        registry.revoke(keyId);
        uint256 state = vm.snapshotState();
        openCase();
        expectNoConviction(voices(seats, 12), abi.encodeWithSelector(ICommittees.NotEligible.selector, keyId));
        vm.revertToState(state);
        vm.warp(NOW - 1);
        openCase();
        vm.warp(NOW);
        convict(voices(seats, 12));
    }

    function test_nobody_sets_up_a_case_after_the_draw_is_known() external {
        vm.warp(NOW + 3);
        bytes memory byAlice = Keys.p256(ALICE_SESSION, receiptHash);
        bytes memory byBob = Keys.p256(BOB_SESSION, Statements.digest(call));
        vm.expectRevert(abi.encodeWithSelector(ICommittees.RoundTooSoon.selector, NOW + 14));
        committees.openCase(accused, byAlice, call, byBob);
    }

    function test_a_case_is_opened_once_by_the_requester_about_the_receipt() external {
        bytes memory byAlice = Keys.p256(ALICE_SESSION, receiptHash);
        Statements.AuditCall[4] memory wrong = [call, call, call, call];
        wrong[0].receiptHash = keccak256("other");
        wrong[1].requesterKey = Keys.p256Public(ALICE_SESSION);
        wrong[2].beaconChain = keccak256("other");
        wrong[3].verifiers = 14;
        for (uint256 i = 0; i < 4; i++) {
            bytes memory signature = Keys.p256(i == 1 ? ALICE_SESSION : BOB_SESSION, Statements.digest(wrong[i]));
            vm.expectRevert(ICommittees.WrongCall.selector);
            committees.openCase(accused, byAlice, wrong[i], signature);
        }
        bytes memory byMallory = Keys.p256(0xBAD, Statements.digest(call));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        committees.openCase(accused, byAlice, call, byMallory);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        committees.openCase(accused, byMallory, call, byMallory);
        openCase();
        bytes memory byBob = Keys.p256(BOB_SESSION, Statements.digest(call));
        vm.expectRevert(ICommittees.CaseExists.selector);
        committees.openCase(accused, byAlice, call, byBob);
    }

    function test_a_case_ends_with_its_deadline() external {
        openCase();
        ICommittees.Voice[] memory all = voices(order(), 12);
        vm.warp(NOW + 7 days);
        expectNoConviction(all, abi.encodeWithSelector(ICommittees.DeadlinePassed.selector));
    }

    function test_a_committee_takes_no_more_than_it_has_at_stake() external {
        for (uint256 i = 0; i < 4; i++) {
            token.drip(alice);
        }
        bondFor(alice, 4_000 ether);
        openCase();
        uint256[] memory seats = order();
        uint256 together = 0;
        for (uint256 i = 0; i < 12; i++) {
            together += 10 ether + seats[i] * 1 ether;
        }
        expectNoConviction(voices(seats, 12), abi.encodeWithSelector(ICommittees.CommitteeTooSmall.selector, together, 410 ether));
    }

    function test_enrolling_is_the_wallets_and_one_key_for_each_cell() external {
        bytes32 keyId = keyIdOf(ALICE_SESSION);
        vm.expectRevert(ICommittees.NotTheWallet.selector);
        vm.prank(bob);
        committees.enrol(keyId, CELL);
        vm.startPrank(alice);
        vm.expectEmit();
        emit ICommittees.Enrolled(keyId, alice, CELL);
        committees.enrol(keyId, CELL);
        (bytes32 cell, uint64 fromBlock, uint64 toBlock) = committees.enrolmentOf(keyId);
        vm.assertEq(cell, CELL);
        vm.assertEq(fromBlock, BLOCK + 10);
        vm.assertEq(toBlock, 0);
        vm.expectRevert(ICommittees.AlreadyEnrolled.selector);
        committees.enrol(keyId, keccak256("other cell"));
        vm.stopPrank();
        bytes32 second = delegate(ALICE_KEY, 0x5EC0D);
        vm.startPrank(alice);
        vm.expectRevert(ICommittees.AlreadyEnrolled.selector);
        committees.enrol(second, CELL);
        vm.expectEmit();
        emit ICommittees.Withdrawn(keyId, alice);
        committees.disenrol(keyId);
        vm.expectRevert(ICommittees.NotEnrolled.selector);
        committees.disenrol(keyId);
        committees.enrol(second, CELL);
        vm.stopPrank();
        vm.expectRevert(ICommittees.NotEnrolled.selector);
        committees.disenrol(keccak256("nobody"));
    }

    function test_anybody_takes_out_a_key_that_has_ended() external {
        bytes32 keyId = keyIdOf(sessionKey(0));
        vm.expectRevert(ICommittees.StillActive.selector);
        vm.prank(mallory);
        committees.disenrol(keyId);
        vm.prank(vm.addr(walletKey(0)));
        registry.revoke(keyId);
        vm.prank(mallory);
        committees.disenrol(keyId);
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotActive.selector, keyId));
        vm.prank(vm.addr(walletKey(0)));
        committees.enrol(keyId, CELL);
    }

    function test_a_mirror_changes_no_case() external {
        fund(mallory);
        bytes memory byAlice = Keys.p256(ALICE_SESSION, receiptHash);
        bytes memory byBob = Keys.p256(BOB_SESSION, Statements.digest(call));
        mirrored(bob, address(committees), abi.encodeCall(committees.openCase, (accused, byAlice, call, byBob)));
        uint256[] memory bent = order();
        bytes memory omitted = Keys.p256Public(sessionKey(bent[2]));
        for (uint256 i = 2; i + 1 < VERIFIERS; i++) {
            bent[i] = bent[i + 1];
        }
        ICommittees.Voice[] memory all = voices(bent, 12);
        mirrored(bob, address(committees), abi.encodeCall(committees.convict, (receiptHash, all, ROUND_SIGNATURE)));
        mirrored(alice, address(committees), abi.encodeCall(committees.refute, (receiptHash, omitted, drawnKeyIds(bent))));
        all = voices(order(), 12);
        mirrored(bob, address(committees), abi.encodeCall(committees.convict, (receiptHash, all, ROUND_SIGNATURE)));
        bytes32 keyId = keyIdOf(ALICE_SESSION);
        mirrored(alice, address(committees), abi.encodeCall(committees.enrol, (keyId, CELL)));
        mirrored(alice, address(committees), abi.encodeCall(committees.disenrol, (keyId)));
    }

    function world() internal view override returns (bytes32) {
        (bytes32 cell, uint64 fromBlock, uint64 toBlock) = committees.enrolmentOf(keyIdOf(ALICE_SESSION));
        return keccak256(abi.encode(super.world(), committees.caseOf(receiptHash), cell, fromBlock, toBlock));
    }

    function test_more_stake_than_a_roster_can_say_weighs_as_much_as_it_can() external {
        // A unit so small that everybody has more than 2⁵³ of it: all weigh the same.
        Committees fine = new Committees(registry, stake, beacon, 1);
        uint256[] memory seats = new uint256[](VERIFIERS);
        for (uint256 i = 0; i < VERIFIERS; i++) {
            bytes32 keyId = keyIdOf(sessionKey(i));
            vm.prank(vm.addr(walletKey(i)));
            fine.enrol(keyId, CELL);
            seats[i] = i;
        }
        vm.roll(BLOCK + 11);
        fine.openCase(accused, Keys.p256(ALICE_SESSION, receiptHash), call, Keys.p256(BOB_SESSION, Statements.digest(call)));
        for (uint256 i = 1; i < VERIFIERS; i++) {
            for (uint256 j = i; j > 0 && ring(seats[j]) < ring(seats[j - 1]); j--) {
                (seats[j], seats[j - 1]) = (seats[j - 1], seats[j]);
            }
        }
        // The draw holds; only `Stake` does not know this one.
        ICommittees.Voice[] memory all = voices(seats, 12);
        vm.expectRevert(IStake.NotByProof.selector);
        fine.convict(receiptHash, all, ROUND_SIGNATURE);
    }

    function ring(uint256 i) private view returns (uint256) {
        return DrawClock.ring(RANDOMNESS, receiptHash, Keys.p256Public(sessionKey(i)));
    }
}
