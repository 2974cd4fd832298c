// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../../src/interfaces/IChannels.sol";
import {IDisputes} from "../../src/interfaces/IDisputes.sol";
import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {ISessionRegistry} from "../../src/interfaces/ISessionRegistry.sol";
import {ExactTransfer} from "../../src/libraries/ExactTransfer.sol";
import {Statements} from "../../src/libraries/Statements.sol";
import {ChannelTest} from "../harness/ChannelTest.sol";
import {Keys} from "../harness/Keys.sol";
import {vm} from "../harness/Vm.sol";

/// Somebody who sees every call before it lands and sends the same one first. Cases and canaries: where they are tested.
contract MirrorTest is ChannelTest {
    bytes32 private constant ID = keccak256("id");

    function setUp() public override {
        super.setUp();
        fund(mallory);
    }

    function world() internal view override returns (bytes32) {
        bytes32 next = channels.channelIdOf(alice, payeeKey, signerOf(ALICE_SESSION), "next");
        IReceipts.Root memory root = receipts.rootOf(alice, 0, batch().epoch);
        bytes memory money = abi.encode(channels.channel(channelId), channels.channel(next), stake.freezeOf(ID));
        return keccak256(abi.encode(super.world(), money, root, parameters.values(), parameters.owner(), parameters.pendingOwner()));
    }

    function test_sessions() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        bytes memory consent = Keys.wallet(BOB_KEY, delegationDigest(d));
        bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
        mirrored(bob, address(registry), abi.encodeCall(registry.delegate, (d, consent, possession)));
        mirrored(bob, address(registry), abi.encodeCall(registry.revoke, (keyIdOf(BOB_SESSION))));
    }

    /// Without the wallet's signature only the wallet itself can hand it in.
    function test_a_delegation_that_its_wallet_hands_in() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
        mirrored(bob, address(registry), abi.encodeCall(registry.delegate, (d, "", possession)));
    }

    function test_stake() external {
        mirrored(alice, address(stake), abi.encodeCall(stake.stake, (100 ether)));
        mirrored(alice, address(stake), abi.encodeCall(stake.unbond, (40 ether)));
        vm.warp(NOW + 14 days);
        mirrored(alice, address(stake), abi.encodeCall(stake.withdraw, ()));
        vm.prank(address(disputes));
        stake.freezeShare(ID, alice, bob);
        vm.warp(NOW + 30 days);
        mirrored(bob, address(stake), abi.encodeCall(stake.carryOut, (ID)));
        mirrored(bob, address(stake), abi.encodeCall(stake.claimReward, ()));
    }

    function test_what_proofs_set_aside() external {
        bondFor(alice, 100 ether);
        mirrored(address(disputes), address(stake), abi.encodeCall(stake.freezeShare, (ID, alice, bob)));
        mirrored(address(disputes), address(stake), abi.encodeCall(stake.release, (ID)));
    }

    function test_permits() external {
        vm.startPrank(alice);
        token.approve(address(stake), 0);
        token.approve(address(channels), 0);
        vm.stopPrank();
        (uint8 v, bytes32 r, bytes32 s) = permitOf(ALICE_KEY, address(stake), 10 ether, NOW);
        mirrored(alice, address(stake), abi.encodeCall(stake.stakeWithPermit, (alice, 10 ether, NOW, v, r, s)));
        (v, r, s) = permitOf(ALICE_KEY, address(channels), 10 ether, NOW);
        ExactTransfer.Permit memory p = ExactTransfer.Permit(NOW, v, r, s);
        bytes memory signer = signerOf(ALICE_SESSION);
        mirrored(alice, address(channels), abi.encodeCall(channels.openWithPermit, (payeeKey, signer, "next", 10 ether, p)));
    }

    /// A relay hands in what the wallet has signed, and finds the permit used: by the same call of somebody else, or at the token itself.
    function test_a_permit_that_a_relay_hands_in() external {
        vm.prank(alice);
        token.approve(address(stake), 0);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(ALICE_KEY, address(stake), 10 ether, NOW);
        uint256 state = vm.snapshotState();
        mirrored(bob, address(stake), abi.encodeCall(stake.stakeWithPermit, (alice, 10 ether, NOW, v, r, s)));
        vm.assertEq(stake.bondedOf(alice), 10 ether);
        vm.revertToState(state);
        vm.prank(mallory);
        token.permit(alice, address(stake), 10 ether, NOW, v, r, s);
        vm.expectRevert();
        vm.prank(bob);
        stake.stakeWithPermit(alice, 10 ether, NOW, v, r, s);
        // Nothing is bonded and nothing lost: the owner's own call still finds the allowance.
        mirrored(alice, address(stake), abi.encodeCall(stake.stakeWithPermit, (alice, 10 ether, NOW, v, r, s)));
        vm.assertEq(stake.bondedOf(alice), 10 ether);
    }

    function test_channels_that_a_session_key_opens() external {
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes memory signature = signedOpen(payeeKey, "next", 5 ether);
        bytes memory data = abi.encodeCall(channels.openBySession, (alice, payeeKey, "next", 5 ether, signer, signature));
        // By the payer, and by a relay that is nobody.
        uint256 state = vm.snapshotState();
        mirrored(alice, address(channels), data);
        vm.revertToState(state);
        mirrored(bob, address(channels), data);
        bytes32 id = channels.channelIdOf(alice, payeeKey, signer, "next");
        signature = signedTopUp(id, 8 ether);
        mirrored(bob, address(channels), abi.encodeCall(channels.topUpBySession, (id, 8 ether, signer, signature)));
        vm.assertEq(channels.channel(id).deposit, 8 ether);
    }

    /// The wallet's own call and its session's land in either order: never twice the money.
    function test_a_top_up_of_the_wallet_and_one_of_its_session() external {
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes memory signature = signedTopUp(channelId, DEPOSIT + 5 ether);
        vm.prank(alice);
        channels.topUp(channelId, 5 ether);
        vm.expectRevert(abi.encodeWithSelector(IChannels.DepositNotRaised.selector, DEPOSIT + 5 ether));
        vm.prank(mallory);
        channels.topUpBySession(channelId, DEPOSIT + 5 ether, signer, signature);
    }

    function test_channels_that_the_payer_closes() external {
        bytes memory signer = signerOf(ALICE_SESSION);
        mirrored(alice, address(channels), abi.encodeCall(channels.open, (payeeKey, signer, "next", 5 ether)));
        mirrored(alice, address(channels), abi.encodeCall(channels.topUp, (channelId, 5 ether)));
        mirrored(bob, address(channels), abi.encodeCall(channels.settle, (voucher(channelId, 10 ether))));
        mirrored(alice, address(channels), abi.encodeCall(channels.requestClose, (channelId)));
        vm.warp(NOW + 2 days);
        mirrored(alice, address(channels), abi.encodeCall(channels.finalizeClose, (channelId)));
    }

    function test_channels_that_both_close() external {
        IChannels.Settlement[] memory all = new IChannels.Settlement[](2);
        (all[0], all[1]) = (voucher(channelId, 10 ether), voucher(openAs("next", 5 ether), 4 ether));
        mirrored(bob, address(channels), abi.encodeCall(channels.settleMany, (all)));
        mirrored(bob, address(channels), abi.encodeCall(channels.close, (voucher(all[1].channelId, 5 ether))));
        bytes memory consent = consentTo(channelId, 12 ether);
        mirrored(alice, address(channels), abi.encodeCall(channels.closeWithConsent, (channelId, 12 ether, signerOf(BOB_PAYEE), consent)));
    }

    function batch() private view returns (IReceipts.Batch memory) {
        return IReceipts.Batch(alice, 0, uint64(NOW / 60 - 1), keccak256("root"), 1, 0, uint64(BLOCK - 1));
    }

    function test_receipts() external {
        IReceipts.Batch[] memory batches = new IReceipts.Batch[](1);
        bytes[] memory signers = new bytes[](1);
        bytes[] memory signatures = new bytes[](1);
        (batches[0], signers[0]) = (batch(), signerOf(ALICE_SESSION));
        signatures[0] = Keys.p256(ALICE_SESSION, receipts.batchDigest(batches[0]));
        uint256 state = vm.snapshotState();
        mirrored(alice, address(receipts), abi.encodeCall(receipts.commit, (batches[0], signers[0], signatures[0])));
        vm.revertToState(state);
        mirrored(alice, address(receipts), abi.encodeCall(receipts.commitMany, (batches, signers, signatures)));
    }

    function test_reports() external {
        bondFor(alice, 100 ether);
        Statements.Segment memory a = Statements.Segment("job", 1, "a");
        Statements.Segment memory b = Statements.Segment("job", 1, "b");
        IDisputes.Statement memory one =
            IDisputes.Statement(IDisputes.Kind.Segment, abi.encode(a), Keys.p256(ALICE_SESSION, Statements.digest(a)));
        IDisputes.Statement memory other =
            IDisputes.Statement(IDisputes.Kind.Segment, abi.encode(b), Keys.p256(ALICE_SESSION, Statements.digest(b)));
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes32 commitment = keccak256(abi.encode(bob, keccak256(abi.encode(signer, one, other)), bytes32("salt")));
        mirrored(bob, address(disputes), abi.encodeCall(disputes.announce, (commitment)));
        vm.roll(BLOCK + 1);
        mirrored(bob, address(disputes), abi.encodeCall(disputes.proveEquivocation, (signer, one, other, "salt")));
        vm.assertEq(stake.bondedOf(alice), 90 ether);
    }

    function test_parameters() external {
        vm.prank(owner);
        parameters.propose(standard());
        vm.warp(NOW + 14 days);
        mirrored(owner, address(parameters), abi.encodeCall(parameters.applyProposed, ()));
        mirrored(owner, address(parameters), abi.encodeCall(parameters.propose, (standard())));
        mirrored(owner, address(parameters), abi.encodeCall(parameters.pauseDeposits, (true)));
        mirrored(owner, address(parameters), abi.encodeCall(parameters.transferOwnership, (bob)));
        mirrored(bob, address(parameters), abi.encodeCall(parameters.acceptOwnership, ()));
        mirrored(bob, address(parameters), abi.encodeCall(parameters.renounceOwnership, ()));
        vm.assertEq(parameters.owner(), address(0));
    }
}
