// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../src/interfaces/IChannels.sol";
import {ISessionRegistry} from "../src/interfaces/ISessionRegistry.sol";
import {Signatures} from "../src/libraries/Signatures.sol";
import {ChannelTest} from "./harness/ChannelTest.sol";
import {Keys} from "./harness/Keys.sol";
import {vm} from "./harness/Vm.sol";

/// Channels pay a key; the wallet behind it may come later.
contract PayeeKeysTest is ChannelTest {
    uint256 private constant LATER = 0x1A7E5;

    bytes32 private laterKey;
    bytes32 private id;

    function setUp() public override {
        super.setUp();
        laterKey = keyIdOf(LATER);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.prank(alice);
        id = channels.open(laterKey, signer, "later", 50 ether);
    }

    function unclaimed() private view returns (bytes memory) {
        return abi.encodeWithSelector(IChannels.PayeeUnclaimed.selector, laterKey);
    }

    function test_work_that_was_done_before_a_wallet_came_is_paid_to_it() external {
        IChannels.Settlement memory one = voucher(id, 20 ether);
        vm.expectRevert(unclaimed());
        channels.settle(one);
        delegate(BOB_KEY, LATER);
        vm.prank(mallory);
        vm.assertEq(channels.settle(one), 20 ether);
        vm.assertEq(token.balanceOf(bob), 1_020 ether);
    }

    function test_a_batch_with_an_unclaimed_payee_pays_nobody() external {
        IChannels.Settlement[] memory all = new IChannels.Settlement[](2);
        (all[0], all[1]) = (voucher(channelId, 5 ether), voucher(id, 5 ether));
        vm.expectRevert(unclaimed());
        channels.settleMany(all);
        all[1].cumulativeAmount = 0;
        vm.assertEq(channels.settleMany(all), 5 ether);
    }

    function test_an_unclaimed_channel_gives_everything_back() external {
        IChannels.Settlement memory none = IChannels.Settlement(id, 0, "", "");
        vm.expectRevert(IChannels.NotThePayee.selector);
        vm.prank(bob);
        channels.close(none);
        // Nobody is who the zero address says it is.
        vm.prank(alice);
        channels.requestClose(id);
        vm.warp(NOW + 2 days);
        channels.finalizeClose(id);
        vm.assertEq(token.balanceOf(alice), 900 ether);
        // Whoever comes after that has lost what it was promised.
        delegate(BOB_KEY, LATER);
        vm.assertEq(channels.settle(voucher(id, 20 ether)), 0);
    }

    function test_a_key_that_nobody_delegated_consents_to_what_is_settled_and_no_more() external {
        bytes memory payee = signerOf(LATER);
        bytes memory toNothing = Keys.p256(LATER, channels.closeDigest(id, 0));
        bytes memory toMore = Keys.p256(LATER, channels.closeDigest(id, 1));
        bytes memory forged = Keys.p256(BOB_PAYEE, channels.closeDigest(id, 0));
        bytes memory other = signerOf(BOB_PAYEE);
        vm.startPrank(alice);
        vm.expectRevert(unclaimed());
        channels.closeWithConsent(id, 1, payee, toMore);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.closeWithConsent(id, 0, payee, forged);
        vm.expectRevert(IChannels.WrongSigner.selector);
        channels.closeWithConsent(id, 0, other, forged);
        channels.closeWithConsent(id, 0, payee, toNothing);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(alice), 900 ether);
    }

    function test_a_revoked_payee_key_is_still_paid_to_its_wallet_and_consents_to_nothing() external {
        delegate(BOB_KEY, LATER);
        vm.prank(bob);
        registry.revoke(laterKey);
        vm.assertEq(channels.settle(voucher(id, 20 ether)), 20 ether);
        bytes memory payee = signerOf(LATER);
        bytes memory consent = Keys.p256(LATER, channels.closeDigest(id, 20 ether));
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotActive.selector, laterKey));
        vm.prank(alice);
        channels.closeWithConsent(id, 20 ether, payee, consent);
        // For ever: what a key was is not forgotten.
        vm.warp(NOW + 29 days);
        IChannels.Settlement memory last = voucher(id, 30 ether);
        vm.prank(bob);
        channels.close(last);
        vm.assertEq(token.balanceOf(bob), 1_030 ether);
    }

    /// Whoever delegates to a key shows that it holds it, and nobody does so again: a channel's money has one way to go.
    function test_nobody_else_claims_a_key() external {
        ISessionRegistry.Delegation memory d = delegationOf(mallory, signerOf(LATER));
        bytes memory forged = Keys.p256(0xBAD, possessionDigest(d));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        vm.prank(mallory);
        registry.delegate(d, "", forged);
        delegate(BOB_KEY, LATER);
        bytes memory held = Keys.p256(LATER, possessionDigest(d));
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.KeyAlreadyUsed.selector, laterKey));
        vm.prank(mallory);
        registry.delegate(d, "", held);
    }

    function test_a_payee_may_be_a_secp256k1_key() external {
        bytes memory payee = abi.encodePacked(vm.addr(0x5EC));
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.prank(alice);
        bytes32 one = channels.open(keccak256(payee), signer, "secp", 5 ether);
        ISessionRegistry.Delegation memory d = delegationOf(bob, payee);
        bytes memory possession = Keys.wallet(0x5EC, possessionDigest(d));
        vm.prank(bob);
        registry.delegate(d, "", possession);
        bytes memory consent = Keys.wallet(0x5EC, channels.closeDigest(one, 2 ether));
        vm.prank(alice);
        channels.closeWithConsent(one, 2 ether, payee, consent);
        vm.assertEq(token.balanceOf(bob), 1_002 ether);
    }

    function testFuzz_a_payee_gets_the_same_whenever_its_wallet_comes(uint128 first, uint128 second, bool isEarly) external {
        first = uint128(bound(first, 1, 25 ether));
        second = uint128(bound(second, first, 50 ether));
        if (isEarly) delegate(BOB_KEY, LATER);
        IChannels.Settlement memory one = voucher(id, first);
        if (!isEarly) vm.expectRevert(unclaimed());
        channels.settle(one);
        if (!isEarly) delegate(BOB_KEY, LATER);
        one = voucher(id, second);
        vm.prank(bob);
        channels.close(one);
        vm.assertEq(token.balanceOf(bob), 1_000 ether + second);
        vm.assertEq(token.balanceOf(alice), 900 ether - second);
    }
}
