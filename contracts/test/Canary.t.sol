// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputes} from "../src/interfaces/IDisputes.sol";
import {IStake} from "../src/interfaces/IStake.sol";
import {Signatures} from "../src/libraries/Signatures.sol";
import {Statements} from "../src/libraries/Statements.sol";
import {Tagged} from "../src/libraries/Tagged.sol";
import {Keys} from "./harness/Keys.sol";
import {StatementTest} from "./harness/StatementTest.sol";
import {vm} from "./harness/Vm.sol";

/// Alice, drawn as a verifier, passes an answer that Bob had made wrong.
contract CanaryTest is StatementTest {
    bytes32 private constant SECRET = keccak256("secret");

    function proofOf() private view returns (IDisputes.CanaryProof memory p) {
        p.segments = new IDisputes.SegmentOpening[](2);
        p.segments[0] = IDisputes.SegmentOpening(new bytes(128), keccak256("rows"), new bytes(258));
        p.segments[1] = IDisputes.SegmentOpening(new bytes(20), Tagged.hash("canary", abi.encode(SECRET)), new bytes(258));
        p.wrong = 1;
        p.salt = SECRET;
        close(p, "pass");
    }

    /// Signs whatever the segments say.
    function close(IDisputes.CanaryProof memory p, string memory verdict) private view {
        bytes32 running = Tagged.hash("running", abi.encode(JOB));
        for (uint32 i = 0; i < p.segments.length; i++) {
            IDisputes.SegmentOpening memory s = p.segments[i];
            bytes memory parts = abi.encodePacked(running, i, uint32(s.ids.length / 4), s.ids, s.rowsHash, s.commitment);
            running = Tagged.hash("segment", parts);
        }
        p.receipt = receiptOf(JOB, running);
        p.receipt.providerKey = Keys.p256Public(0xF2E54);
        p.call = callOf(Statements.digest(p.receipt), 9);
        p.attestation = attestationOf(Statements.digest(p.call), Statements.digest(p.receipt), verdict);
        sign(p);
    }

    function sign(IDisputes.CanaryProof memory p) private pure {
        p.signature = Keys.p256(ALICE_SESSION, Statements.digest(p.attestation));
    }

    function prove(IDisputes.CanaryProof memory p) private returns (bytes32) {
        announce(bob, keccak256(abi.encode(p)));
        vm.prank(bob);
        return disputes.provePassedCanary(p, SALT);
    }

    function expectRefused(IDisputes.CanaryProof memory p, bytes4 why) private {
        announce(bob, keccak256(abi.encode(p)));
        vm.expectRevert(why);
        vm.prank(bob);
        disputes.provePassedCanary(p, SALT);
    }

    function test_passing_a_canary_costs_a_tenth_once() external {
        IDisputes.CanaryProof memory p = proofOf();
        announce(bob, keccak256(abi.encode(p)));
        bytes32 keyId = keyIdOf(ALICE_SESSION);
        bytes32 id = keccak256(abi.encode(keyId, keccak256(abi.encode("canary", Statements.digest(p.receipt)))));
        vm.expectEmit();
        emit IStake.Frozen(id, alice, 10 ether, NOW + 3 days);
        vm.expectEmit();
        emit IDisputes.OffenceProved(id, alice, keyId, keccak256("bundle"), bob, 10 ether);
        vm.prank(bob);
        disputes.provePassedCanary(p, SALT);
        vm.expectRevert(abi.encodeWithSelector(IStake.AlreadyFrozen.selector, id));
        vm.prank(bob);
        disputes.provePassedCanary(p, SALT);
    }

    function test_an_honest_verdict_costs_nothing() external {
        IDisputes.CanaryProof memory p = proofOf();
        close(p, "fail");
        expectRefused(p, IDisputes.NotACanary.selector);
        p = proofOf();
        p.attestation.thresholds = keccak256("table");
        sign(p);
        expectRefused(p, IDisputes.NotACanary.selector);
        p = proofOf();
        p.attestation.cell = keccak256("other cell");
        sign(p);
        expectRefused(p, IDisputes.NotACanary.selector);
    }

    function test_an_honest_answer_is_no_canary() external {
        IDisputes.CanaryProof memory p = proofOf();
        p.wrong = 0;
        expectRefused(p, IDisputes.NotACanary.selector);
        p.wrong = 1;
        p.salt = keccak256("guess");
        expectRefused(p, IDisputes.NotACanary.selector);
    }

    function test_a_pass_of_another_answer_or_call_is_no_pass_of_this_one() external {
        IDisputes.CanaryProof memory p = proofOf();
        p.attestation.receiptHash = keccak256("other");
        sign(p);
        expectRefused(p, IDisputes.NotACanary.selector);
        p = proofOf();
        p.call.bundleHash = keccak256("other");
        expectRefused(p, IDisputes.NotACanary.selector);
        p = proofOf();
        p.segments[0].rowsHash = keccak256("other");
        expectRefused(p, IDisputes.NotACanary.selector);
        p = proofOf();
        p.signature = Keys.p256(BOB_SESSION, Statements.digest(p.attestation));
        expectRefused(p, Signatures.InvalidSignature.selector);
    }

    /// The same bytes, cut elsewhere: a value hidden in a commitment, which nobody compares within a cell, must not become a rows hash.
    function test_no_other_cut_of_the_running_hash_is_an_opening() external {
        bytes[5] memory ids = [new bytes(0), new bytes(132), new bytes(127), new bytes(128), new bytes(128)];
        uint16[5] memory commitments = [258, 258, 258, 257, 259];
        for (uint256 i = 0; i < 5; i++) {
            IDisputes.CanaryProof memory p = proofOf();
            p.segments[0].ids = ids[i];
            p.segments[0].commitment = new bytes(commitments[i]);
            close(p, "pass");
            expectRefused(p, IDisputes.NotACanary.selector);
        }
    }

    function testFuzz_only_the_salt_itself_opens_a_canary(bytes32 salt, bytes32 rowsHash) external {
        IDisputes.CanaryProof memory p = proofOf();
        p.salt = salt;
        p.segments[1].rowsHash = rowsHash;
        close(p, "pass");
        vm.assume(rowsHash != Tagged.hash("canary", abi.encode(salt)));
        expectRefused(p, IDisputes.NotACanary.selector);
        p.segments[1].rowsHash = Tagged.hash("canary", abi.encode(salt));
        close(p, "pass");
        vm.assertEq(stake.freezeOf(prove(p)).amount, 10 ether);
    }

    function test_a_mirror_takes_no_reward() external {
        IDisputes.CanaryProof memory p = proofOf();
        announce(bob, keccak256(abi.encode(p)));
        mirrored(bob, address(disputes), abi.encodeCall(disputes.provePassedCanary, (p, SALT)));
        vm.warp(NOW + 3 days);
        bytes32 id = keccak256(abi.encode(keyIdOf(ALICE_SESSION), keccak256(abi.encode("canary", Statements.digest(p.receipt)))));
        stake.carryOut(id);
        vm.assertEq(stake.rewardOf(bob), 2.5 ether);
    }
}
