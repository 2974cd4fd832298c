// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReceipts} from "../src/interfaces/IReceipts.sol";
import {ISessionRegistry} from "../src/interfaces/ISessionRegistry.sol";
import {ChainMessages} from "../src/libraries/ChainMessages.sol";
import {Signatures} from "../src/libraries/Signatures.sol";
import {Keys} from "./harness/Keys.sol";
import {LocusTest} from "./harness/LocusTest.sol";
import {vm} from "./harness/Vm.sol";

contract ReceiptsTest is LocusTest {
    function setUp() public override {
        super.setUp();
        delegate(ALICE_KEY, ALICE_SESSION);
        bondFor(alice, 50 ether);
        vm.roll(BLOCK + 5);
    }

    function batch() internal view returns (IReceipts.Batch memory) {
        return IReceipts.Batch({
            participant: alice,
            kind: 0,
            epoch: uint64(NOW / 60 - 1),
            root: sha256(abi.encodePacked(bytes1(0), keccak256("receipt"))),
            count: 1,
            total: 3 ether,
            snapshotBlock: uint64(BLOCK)
        });
    }

    function signed(IReceipts.Batch memory b) private view returns (bytes memory) {
        return Keys.p256(ALICE_SESSION, receipts.batchDigest(b));
    }

    function test_a_session_key_commits_a_root_with_the_stake_behind_it() external {
        IReceipts.Batch memory b = batch();
        vm.assertEq(receipts.batchDigest(b), onChain(address(receipts), ChainMessages.hash(b)));
        bytes memory signature = signed(b);
        vm.expectEmit();
        emit IReceipts.BatchCommitted(alice, 0, b.epoch, b, signerOf(ALICE_SESSION), 50 ether);
        vm.prank(mallory);
        receipts.commit(b, signerOf(ALICE_SESSION), signature);
        IReceipts.Root memory r = receipts.rootOf(alice, 0, b.epoch);
        vm.assertEq(r.root, b.root);
        vm.assertEq(r.stake, 50 ether);
        vm.assertEq(r.total, 3 ether);
        vm.assertTrue(receipts.includes(alice, 0, b.epoch, keccak256("receipt"), 0, new bytes32[](0)));
        vm.assertFalse(receipts.includes(alice, 0, b.epoch, keccak256("other"), 0, new bytes32[](0)));
        vm.assertFalse(receipts.includes(alice, 1, b.epoch, keccak256("receipt"), 0, new bytes32[](0)));
    }

    function test_a_wallet_settles_many_epochs_with_one_signature() external {
        IReceipts.Batch memory b = batch();
        b.kind = 2;
        receipts.commit(b, "", Keys.wallet(ALICE_KEY, receipts.batchDigest(b)));
        vm.assertEq(receipts.rootOf(alice, 2, b.epoch).root, b.root);
    }

    function test_attestations_need_the_scope_to_verify() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        d.scope = 1;
        bytes32 keyId = delegateAs(d, BOB_SESSION);
        IReceipts.Batch memory b = batch();
        b.participant = bob;
        b.kind = 1;
        bytes memory signature = Keys.p256(BOB_SESSION, receipts.batchDigest(b));
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotActive.selector, keyId));
        receipts.commit(b, d.signer, signature);
        b.kind = 0;
        receipts.commit(b, d.signer, Keys.p256(BOB_SESSION, receipts.batchDigest(b)));
        vm.assertEq(receipts.rootOf(bob, 0, b.epoch).stake, 0);
    }

    function test_one_root_for_an_epoch_ever() external {
        IReceipts.Batch memory b = batch();
        receipts.commit(b, signerOf(ALICE_SESSION), signed(b));
        bytes memory signature = signed(b);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.expectRevert(abi.encodeWithSelector(IReceipts.AlreadyCommitted.selector, b.root));
        receipts.commit(b, signer, signature);
    }

    function test_many_batches_pass_over_what_is_committed_with_the_same_root() external {
        IReceipts.Batch[] memory all = new IReceipts.Batch[](2);
        bytes[] memory signers = new bytes[](2);
        bytes[] memory signatures = new bytes[](2);
        (all[0], all[1]) = (batch(), batch());
        all[1].epoch -= 1;
        for (uint256 i = 0; i < 2; i++) {
            (signers[i], signatures[i]) = (signerOf(ALICE_SESSION), signed(all[i]));
        }
        receipts.commit(all[0], signers[0], signatures[0]);
        receipts.commitMany(all, signers, signatures);
        vm.assertEq(receipts.rootOf(alice, 0, all[1].epoch).root, all[1].root);
        all[0].root = keccak256("another history");
        vm.expectRevert(abi.encodeWithSelector(IReceipts.AlreadyCommitted.selector, all[1].root));
        receipts.commitMany(all, signers, signatures);
    }

    function test_a_batch_that_is_none_is_refused() external {
        IReceipts.Batch memory b = batch();
        b.kind = 3;
        expectRefused(b, IReceipts.InvalidBatch.selector);
        b = batch();
        b.count = 0;
        expectRefused(b, IReceipts.InvalidBatch.selector);
        b = batch();
        b.root = 0;
        expectRefused(b, IReceipts.InvalidBatch.selector);
        b = batch();
        b.epoch = uint64(NOW / 60);
        expectRefused(b, IReceipts.EpochOpen.selector);
        b = batch();
        b.snapshotBlock = uint64(BLOCK + 5);
        expectRefused(b, IReceipts.InvalidSnapshot.selector);
        vm.roll(BLOCK + 7_201);
        b.snapshotBlock = uint64(BLOCK);
        expectRefused(b, IReceipts.InvalidSnapshot.selector);
    }

    function expectRefused(IReceipts.Batch memory b, bytes4 selector) private {
        vm.expectRevert(selector);
        receipts.commit(b, "", "");
    }

    function test_nobody_commits_for_somebody_else() external {
        delegate(BOB_KEY, BOB_SESSION);
        IReceipts.Batch memory b = batch();
        bytes memory bySession = Keys.p256(BOB_SESSION, receipts.batchDigest(b));
        bytes memory byWallet = Keys.wallet(BOB_KEY, receipts.batchDigest(b));
        bytes memory signer = signerOf(BOB_SESSION);
        vm.expectRevert(IReceipts.WrongSigner.selector);
        receipts.commit(b, signer, bySession);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        receipts.commit(b, "", byWallet);
    }

    function test_a_revoked_key_commits_nothing() external {
        bytes32 keyId = keyIdOf(ALICE_SESSION);
        IReceipts.Batch memory b = batch();
        bytes memory signature = signed(b);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.prank(alice);
        registry.revoke(keyId);
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotActive.selector, keyId));
        receipts.commit(b, signer, signature);
    }
}
