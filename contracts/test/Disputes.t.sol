// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputes} from "../src/interfaces/IDisputes.sol";
import {IReceipts} from "../src/interfaces/IReceipts.sol";
import {ISessionRegistry} from "../src/interfaces/ISessionRegistry.sol";
import {IStake} from "../src/interfaces/IStake.sol";
import {Signatures} from "../src/libraries/Signatures.sol";
import {Statements} from "../src/libraries/Statements.sol";
import {Tagged} from "../src/libraries/Tagged.sol";
import {Keys} from "./harness/Keys.sol";
import {StatementTest} from "./harness/StatementTest.sol";
import {vm} from "./harness/Vm.sol";

contract DisputesTest is StatementTest {
    function segment(bytes32 jobId, uint32 index, bytes32 runningHash, uint256 key) private pure returns (IDisputes.Statement memory) {
        Statements.Segment memory s = Statements.Segment(jobId, index, runningHash);
        return IDisputes.Statement(IDisputes.Kind.Segment, abi.encode(s), Keys.p256(key, Statements.digest(s)));
    }

    function receipt(Statements.Receipt memory r, IDisputes.Kind kind) private pure returns (IDisputes.Statement memory) {
        return IDisputes.Statement(kind, abi.encode(r), Keys.p256(ALICE_SESSION, Statements.digest(r)));
    }

    function call(Statements.AuditCall memory c) private pure returns (IDisputes.Statement memory) {
        return IDisputes.Statement(IDisputes.Kind.AuditCall, abi.encode(c), Keys.p256(BOB_SESSION, Statements.digest(c)));
    }

    function commitment(bytes32 callHash, bytes32 value) private pure returns (IDisputes.Statement memory) {
        Statements.Commitment memory c = Statements.Commitment(callHash, value, Keys.p256Public(ALICE_SESSION));
        return IDisputes.Statement(IDisputes.Kind.Commitment, abi.encode(c), Keys.p256(ALICE_SESSION, Statements.digest(c)));
    }

    function attestation(Statements.Attestation memory a) private pure returns (IDisputes.Statement memory) {
        return IDisputes.Statement(IDisputes.Kind.Attestation, abi.encode(a), Keys.p256(ALICE_SESSION, Statements.digest(a)));
    }

    function batch(bytes32 root, uint32 count) private view returns (IDisputes.Statement memory) {
        IReceipts.Batch memory b = IReceipts.Batch(alice, 0, 29_000_000, root, count, 0, uint64(BLOCK));
        return IDisputes.Statement(IDisputes.Kind.Batch, abi.encode(b), Keys.p256(ALICE_SESSION, receipts.batchDigest(b)));
    }

    function test_two_segments_at_one_place_cost_a_tenth() external {
        IDisputes.Statement memory one = segment(JOB, 3, "a", ALICE_SESSION);
        IDisputes.Statement memory other = segment(JOB, 3, "b", ALICE_SESSION);
        bytes32 id = report(mallory, ALICE_SESSION, one, other);
        IStake.Freeze memory f = stake.freezeOf(id);
        vm.assertEq(f.wallet, alice);
        vm.assertEq(f.reporter, mallory);
        vm.assertEq(f.amount, 10 ether);
        vm.assertEq(stake.bondedOf(alice), 90 ether);
    }

    function test_all_of_one_job_is_one_lie() external {
        bytes32 id = report(mallory, ALICE_SESSION, segment(JOB, 3, "a", ALICE_SESSION), segment(JOB, 3, "b", ALICE_SESSION));
        IDisputes.Statement memory one = segment(JOB, 4, "c", ALICE_SESSION);
        IDisputes.Statement memory other = segment(JOB, 4, "d", ALICE_SESSION);
        bytes memory signer = signerOf(ALICE_SESSION);
        announce(mallory, keccak256(abi.encode(signer, one, other)));
        vm.expectRevert(abi.encodeWithSelector(IStake.AlreadyFrozen.selector, id));
        vm.prank(mallory);
        disputes.proveEquivocation(signer, one, other, SALT);
    }

    function test_two_receipts_for_one_job_contradict() external {
        IDisputes.Statement memory one = receipt(receiptOf(JOB, "a"), IDisputes.Kind.Receipt);
        vm.assertEq(amountOf(report(bob, ALICE_SESSION, one, receipt(receiptOf(JOB, "b"), IDisputes.Kind.Receipt))), 10 ether);
    }

    function test_a_receipt_contradicts_the_segment_that_it_ends_with() external {
        IDisputes.Statement memory one = receipt(receiptOf(JOB, "a"), IDisputes.Kind.ReceiptAsSegment);
        vm.assertEq(amountOf(report(bob, ALICE_SESSION, segment(JOB, 1, "b", ALICE_SESSION), one)), 10 ether);
    }

    function test_two_calls_for_one_receipt_and_stage_contradict() external {
        Statements.AuditCall memory c = callOf("receipt", 9);
        IDisputes.Statement memory one = call(c);
        c.rosterHash = keccak256("another roster");
        bytes32 id = report(alice, BOB_SESSION, one, call(c));
        vm.assertEq(stake.freezeOf(id).wallet, bob);
    }

    function test_two_commitments_and_two_attestations_for_one_call_contradict() external {
        vm.assertEq(amountOf(report(bob, ALICE_SESSION, commitment("call", "a"), commitment("call", "b"))), 10 ether);
        IDisputes.Statement memory one = attestation(attestationOf("call", "receipt", "pass"));
        vm.assertEq(amountOf(report(bob, ALICE_SESSION, one, attestation(attestationOf("call", "receipt", "fail")))), 9 ether);
    }

    function test_two_roots_of_one_epoch_contradict_on_the_chain_and_off() external {
        vm.assertEq(amountOf(report(bob, ALICE_SESSION, batch("a", 1), batch("b", 1))), 10 ether);
        vm.assertEq(amountOf(report(bob, ALICE_SESSION, announcedRoot("a", 5), announcedRoot("a", 6))), 9 ether);
    }

    function announcedRoot(bytes32 value, uint32 count) private pure returns (IDisputes.Statement memory) {
        IDisputes.RootAnnouncement memory r =
            IDisputes.RootAnnouncement("receipts", Keys.p256Public(ALICE_SESSION), "peer", 29_000_000, value, count, 1);
        // A map of eight; each field in the order of its encoded name.
        bytes memory first = abi.encodePacked(hex"a8646b696e6468726563656970747364726f6f745820", value, hex"65636f756e74", uint8(count));
        bytes memory then =
            abi.encodePacked(hex"6565706f6368", hex"1a01ba8140", hex"66", "peerId", hex"64", "peer", hex"67", "version", hex"01");
        bytes memory last = abi.encodePacked(hex"68", "issuedAt", hex"016e", "participantKey", hex"5840", r.participantKey);
        bytes32 digest = Tagged.hash("root", abi.encodePacked(first, then, last));
        return IDisputes.Statement(IDisputes.Kind.Root, abi.encode(r), Keys.p256(ALICE_SESSION, digest));
    }

    function amountOf(bytes32 id) private view returns (uint256) {
        return stake.freezeOf(id).amount;
    }

    function expectRefused(bytes memory why, uint256 key, IDisputes.Statement memory one, IDisputes.Statement memory other) private {
        bytes memory signer = signerOf(key);
        announce(mallory, keccak256(abi.encode(signer, one, other)));
        vm.expectRevert(why);
        vm.prank(mallory);
        disputes.proveEquivocation(signer, one, other, SALT);
    }

    function test_what_is_no_contradiction_costs_nothing() external {
        bytes memory otherThing = abi.encodeWithSelector(IDisputes.NotTheSameThing.selector);
        bytes memory nothing = abi.encodeWithSelector(IDisputes.NothingContradicts.selector);
        IDisputes.Statement memory a = segment(JOB, 3, "a", ALICE_SESSION);
        expectRefused(otherThing, ALICE_SESSION, a, segment(JOB, 4, "b", ALICE_SESSION));
        expectRefused(otherThing, ALICE_SESSION, a, segment("other job", 3, "b", ALICE_SESSION));
        expectRefused(nothing, ALICE_SESSION, a, a);
        Statements.Receipt memory r = receiptOf(JOB, "a");
        IDisputes.Statement memory one = receipt(r, IDisputes.Kind.Receipt);
        r.issuedAt = 2;
        expectRefused(nothing, ALICE_SESSION, one, receipt(r, IDisputes.Kind.Receipt));
        expectRefused(otherThing, ALICE_SESSION, one, receipt(r, IDisputes.Kind.ReceiptAsSegment));
        r.tokenCount = 0;
        IDisputes.Statement memory empty = receipt(r, IDisputes.Kind.ReceiptAsSegment);
        expectRefused(otherThing, ALICE_SESSION, segment(JOB, 0, "a", ALICE_SESSION), empty);
        Statements.Attestation memory own = attestationOf(0, "receipt", "pass");
        IDisputes.Statement memory uncalled = attestation(own);
        own.verdict = "fail";
        expectRefused(otherThing, ALICE_SESSION, uncalled, attestation(own));
    }

    function test_nobody_is_slashed_for_what_another_key_signed() external {
        IDisputes.Statement memory a = segment(JOB, 3, "a", ALICE_SESSION);
        IDisputes.Statement memory b = segment(JOB, 3, "b", BOB_SESSION);
        bytes memory invalid = abi.encodeWithSelector(Signatures.InvalidSignature.selector);
        expectRefused(invalid, ALICE_SESSION, a, b);
        expectRefused(invalid, ALICE_SESSION, b, a);
        Statements.Receipt memory r = receiptOf(JOB, "a");
        r.providerKey = Keys.p256Public(BOB_SESSION);
        IDisputes.Statement memory named = receipt(r, IDisputes.Kind.Receipt);
        bytes memory wrong = abi.encodeWithSelector(IDisputes.WrongKey.selector);
        expectRefused(wrong, ALICE_SESSION, named, receipt(receiptOf(JOB, "b"), IDisputes.Kind.Receipt));
        expectRefused(wrong, ALICE_SESSION, receipt(receiptOf(JOB, "b"), IDisputes.Kind.Receipt), named);
    }

    function test_a_key_answers_for_the_dispute_window_after_its_end_and_no_longer() external {
        IDisputes.Statement memory a = segment(JOB, 3, "a", ALICE_SESSION);
        IDisputes.Statement memory b = segment(JOB, 3, "b", ALICE_SESSION);
        bytes32 keyId = keyIdOf(ALICE_SESSION);
        vm.prank(alice);
        registry.revoke(keyId);
        vm.warp(NOW + 7 days);
        expectRefused(abi.encodeWithSelector(ISessionRegistry.SessionNotAccountable.selector, keyId), ALICE_SESSION, a, b);
        vm.warp(NOW + 7 days - 1);
        vm.prank(mallory);
        disputes.proveEquivocation(signerOf(ALICE_SESSION), a, b, SALT);
        vm.assertEq(stake.bondedOf(alice), 90 ether);
    }

    function test_a_report_is_announced_a_block_before_and_by_whom_it_pays() external {
        IDisputes.Statement memory a = segment(JOB, 3, "a", ALICE_SESSION);
        IDisputes.Statement memory b = segment(JOB, 3, "b", ALICE_SESSION);
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes32 commit = keccak256(abi.encode(bob, keccak256(abi.encode(signer, a, b)), SALT));
        vm.startPrank(bob);
        vm.expectRevert(IDisputes.NotAnnounced.selector);
        disputes.proveEquivocation(signer, a, b, SALT);
        vm.expectEmit();
        emit IDisputes.Announced(commit);
        disputes.announce(commit);
        vm.expectRevert(IDisputes.AlreadyAnnounced.selector);
        disputes.announce(commit);
        vm.expectRevert(IDisputes.NotAnnounced.selector);
        disputes.proveEquivocation(signer, a, b, SALT);
        vm.stopPrank();
        vm.roll(BLOCK + 1);
        vm.expectRevert(IDisputes.NotAnnounced.selector);
        vm.prank(mallory);
        disputes.proveEquivocation(signer, a, b, SALT);
        vm.prank(bob);
        disputes.proveEquivocation(signer, a, b, SALT);
    }

    function testFuzz_two_segments_slash_if_and_only_if_they_contradict(uint32 i, uint32 j, bytes32 h, bytes32 k, bool same) external {
        if (same) j = i;
        IDisputes.Statement memory a = segment(JOB, i, h, ALICE_SESSION);
        IDisputes.Statement memory b = segment(JOB, j, k, ALICE_SESSION);
        bytes memory signer = signerOf(ALICE_SESSION);
        announce(bob, keccak256(abi.encode(signer, a, b)));
        vm.prank(bob);
        try disputes.proveEquivocation(signer, a, b, SALT) {
            vm.assertTrue(i == j && h != k);
        } catch {
            vm.assertFalse(i == j && h != k);
        }
    }
}
