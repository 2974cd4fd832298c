// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../src/interfaces/IChannels.sol";
import {ISessionRegistry} from "../src/interfaces/ISessionRegistry.sol";
import {ChainMessages} from "../src/libraries/ChainMessages.sol";
import {ExactTransfer} from "../src/libraries/ExactTransfer.sol";
import {Signatures} from "../src/libraries/Signatures.sol";
import {ChannelTest} from "./harness/ChannelTest.sol";
import {Keys} from "./harness/Keys.sol";
import {vm} from "./harness/Vm.sol";

contract ChannelsTest is ChannelTest {
    function test_a_channel_holds_what_was_deposited() external view {
        IChannels.Channel memory c = channels.channel(channelId);
        vm.assertEq(c.payer, alice);
        vm.assertEq(c.payeeKey, payeeKey);
        vm.assertEq(c.authorizedSigner, keyIdOf(ALICE_SESSION));
        vm.assertEq(c.deposit, DEPOSIT);
        vm.assertEq(c.challengeSeconds, 2 days);
        vm.assertEq(token.balanceOf(address(channels)), DEPOSIT);
        vm.assertEq(channels.committedBy(keyIdOf(ALICE_SESSION)), DEPOSIT);
        vm.assertEq(channelId, channels.channelIdOf(alice, payeeKey, signerOf(ALICE_SESSION), SALT));
        vm.assertEq(channels.voucherDigest(channelId, 7), onChain(address(channels), ChainMessages.voucherHash(channelId, 7)));
        vm.assertEq(channels.closeDigest(channelId, 7), onChain(address(channels), ChainMessages.closeHash(channelId, 7)));
        bytes32 opened = ChainMessages.openHash(alice, payeeKey, SALT, 7);
        vm.assertEq(channels.openDigest(alice, payeeKey, SALT, 7), onChain(address(channels), opened));
        vm.assertEq(channels.topUpDigest(channelId, 7), onChain(address(channels), ChainMessages.topUpHash(channelId, 7)));
    }

    function test_a_channel_opens_with_one_permit() external {
        vm.prank(alice);
        token.approve(address(channels), 0);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(ALICE_KEY, address(channels), 5 ether, NOW);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.prank(alice);
        bytes32 id = channels.openWithPermit(payeeKey, signer, "two", 5 ether, ExactTransfer.Permit(NOW, v, r, s));
        vm.assertEq(channels.channel(id).deposit, 5 ether);
    }

    function test_vouchers_are_cumulative_and_only_the_highest_matters() external {
        vm.expectEmit();
        emit IChannels.ChannelSettled(channelId, 30 ether, 30 ether);
        vm.assertEq(channels.settle(voucher(channelId, 30 ether)), 30 ether);
        vm.assertEq(channels.settle(voucher(channelId, 50 ether)), 20 ether);
        vm.assertEq(channels.settle(voucher(channelId, 50 ether)), 0);
        vm.assertEq(channels.settle(voucher(channelId, 10 ether)), 0);
        vm.assertEq(token.balanceOf(bob), 1_050 ether);
    }

    function test_many_channels_settle_in_one_call_and_an_overtaken_one_spoils_nothing() external {
        bytes32 other = openAs("two", 10 ether);
        bytes32 third = openAs("three", 10 ether);
        IChannels.Settlement[] memory all = new IChannels.Settlement[](3);
        all[0] = voucher(channelId, 30 ether);
        all[1] = voucher(other, 4 ether);
        all[2] = voucher(third, 5 ether);
        channels.settle(all[1]);
        vm.prank(bob);
        channels.close(all[2]);
        vm.assertEq(channels.settleMany(all), 30 ether);
        vm.assertEq(token.balanceOf(bob), 1_039 ether);
    }

    function test_the_payer_itself_may_sign_vouchers() external {
        vm.startPrank(alice);
        bytes32 id = channels.open(payeeKey, abi.encodePacked(alice), SALT, 600 ether);
        channels.topUp(id, 100 ether);
        vm.stopPrank();
        vm.assertEq(channels.committedBy(keccak256(abi.encodePacked(alice))), 0);
        bytes memory signature = Keys.wallet(ALICE_KEY, channels.voucherDigest(id, 650 ether));
        IChannels.Settlement memory one = IChannels.Settlement(id, 650 ether, abi.encodePacked(alice), signature);
        vm.assertEq(channels.settle(one), 650 ether);
        one.signature = Keys.wallet(BOB_KEY, channels.voucherDigest(id, 660 ether));
        one.cumulativeAmount = 660 ether;
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.settle(one);
    }

    function test_a_voucher_over_the_deposit_is_not_paid() external {
        IChannels.Settlement memory one = voucher(channelId, DEPOSIT + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.DepositExceeded.selector, DEPOSIT));
        channels.settle(one);
        vm.prank(alice);
        vm.expectEmit();
        emit IChannels.ChannelToppedUp(channelId, 1, DEPOSIT + 1);
        channels.topUp(channelId, 1);
        vm.assertEq(channels.settle(one), DEPOSIT + 1);
    }

    function test_a_voucher_of_another_signer_is_not_paid() external {
        IChannels.Settlement memory one = voucher(channelId, 1 ether);
        one.signer = signerOf(BOB_SESSION);
        vm.expectRevert(IChannels.WrongSigner.selector);
        channels.settle(one);
        one = voucher(channelId, 1 ether);
        one.signature = Keys.p256(BOB_SESSION, channels.voucherDigest(channelId, 1 ether));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.settle(one);
    }

    function test_a_channel_that_is_not_cannot_be_used() external {
        bytes32 none = keccak256("none");
        bytes memory unknown = abi.encodeWithSelector(IChannels.ChannelUnknown.selector, none);
        IChannels.Settlement memory one = IChannels.Settlement(none, 1, "", "");
        vm.expectRevert(unknown);
        channels.settle(one);
        vm.startPrank(alice);
        vm.expectRevert(unknown);
        channels.topUp(none, 1);
        vm.expectRevert(unknown);
        channels.requestClose(none);
        vm.expectRevert(unknown);
        channels.close(one);
        vm.expectRevert(unknown);
        channels.finalizeClose(none);
        vm.stopPrank();
    }

    function test_a_channel_is_opened_by_terms_that_are_terms() external {
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IChannels.ChannelExists.selector, channelId));
        channels.open(payeeKey, signer, SALT, 1 ether);
        vm.expectRevert(IChannels.ZeroAmount.selector);
        channels.open(payeeKey, signer, "new", 0);
        vm.expectRevert(IChannels.InvalidPayee.selector);
        channels.open(0, signer, "new", 1 ether);
        vm.expectRevert(IChannels.InvalidPayee.selector);
        channels.open(keccak256(signer), signer, "new", 1 ether);
        vm.expectRevert(IChannels.ZeroAmount.selector);
        channels.topUp(channelId, 0);
        vm.stopPrank();
    }

    function test_a_session_key_pays_only_for_its_wallet_in_its_scope_and_time() external {
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.startPrank(bob);
        vm.expectRevert(IChannels.SignerNotAllowed.selector);
        channels.open(payeeKey, signer, SALT, 1 ether);
        vm.expectRevert(IChannels.SignerNotAllowed.selector);
        channels.openWithPermit(payeeKey, signer, SALT, 1 ether, ExactTransfer.Permit(NOW, 27, 0, 0));
        vm.stopPrank();

        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        d.scope = 3;
        delegateAs(d, BOB_SESSION);
        vm.expectRevert(IChannels.SignerNotAllowed.selector);
        vm.prank(bob);
        channels.open(payeeKey, d.signer, SALT, 1 ether);

        bytes32 keyId = keyIdOf(ALICE_SESSION);
        vm.startPrank(alice);
        registry.revoke(keyId);
        vm.expectRevert(IChannels.SignerNotAllowed.selector);
        channels.open(payeeKey, signer, "new", 1 ether);
        vm.stopPrank();
    }

    function test_a_session_key_commits_no_more_than_its_cap_over_all_channels() external {
        openAs("two", 300 ether);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IChannels.CapExceeded.selector, 500 ether));
        channels.open(payeeKey, signer, "three", 100 ether + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannels.CapExceeded.selector, 500 ether));
        channels.topUp(channelId, 100 ether + 1);
        channels.topUp(channelId, 100 ether);
        vm.stopPrank();
    }

    function test_a_revoked_key_is_paid_from_until_it_thaws() external {
        IChannels.Settlement memory one = voucher(channelId, 10 ether);
        IChannels.Settlement memory later = voucher(channelId, 20 ether);
        bytes32 keyId = keyIdOf(ALICE_SESSION);
        vm.prank(alice);
        registry.revoke(keyId);
        vm.warp(NOW + 7 days - 1);
        vm.assertEq(channels.settle(one), 10 ether);
        vm.warp(NOW + 7 days);
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotAccountable.selector, keyId));
        channels.settle(later);
    }

    function test_the_payee_closes_at_once() external {
        vm.expectEmit();
        emit IChannels.ChannelClosed(channelId, 60 ether, 40 ether);
        IChannels.Settlement memory last = voucher(channelId, 60 ether);
        vm.prank(bob);
        channels.close(last);
        vm.assertEq(token.balanceOf(alice), 940 ether);
        vm.assertEq(token.balanceOf(bob), 1_060 ether);
        vm.assertTrue(channels.channel(channelId).isClosed);
        vm.assertEq(channels.channel(channelId).settled, 60 ether);
        vm.expectRevert(abi.encodeWithSelector(IChannels.ChannelIsClosed.selector, channelId));
        vm.prank(alice);
        channels.topUp(channelId, 1);
    }

    function test_a_payee_needs_no_voucher_to_give_everything_back() external {
        IChannels.Settlement memory none = IChannels.Settlement(channelId, 0, "", "");
        vm.prank(bob);
        channels.close(none);
        vm.assertEq(token.balanceOf(alice), 1_000 ether);
    }

    function test_payer_and_payee_close_together() external {
        channels.settle(voucher(channelId, 10 ether));
        bytes memory signer = signerOf(BOB_PAYEE);
        bytes memory below = consentTo(channelId, 5 ether);
        bytes memory consent = consentTo(channelId, 25 ether);
        vm.expectRevert(IChannels.NotThePayer.selector);
        channels.closeWithConsent(channelId, 25 ether, signer, consent);
        vm.startPrank(alice);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.closeWithConsent(channelId, 24 ether, signer, consent);
        vm.expectRevert(abi.encodeWithSelector(IChannels.BelowSettled.selector, 10 ether));
        channels.closeWithConsent(channelId, 5 ether, signer, below);
        channels.closeWithConsent(channelId, 25 ether, signer, consent);
        vm.stopPrank();
        vm.assertEq(token.balanceOf(bob), 1_025 ether);
        vm.assertEq(token.balanceOf(alice), 975 ether);
    }

    function test_a_channel_that_was_used_up_closes_too() external {
        bytes memory signer = signerOf(BOB_PAYEE);
        bytes memory consent = consentTo(channelId, DEPOSIT);
        channels.settle(voucher(channelId, DEPOSIT));
        vm.prank(alice);
        channels.closeWithConsent(channelId, DEPOSIT, signer, consent);
        vm.assertEq(token.balanceOf(bob), 1_100 ether);
    }

    function test_a_payer_alone_waits_for_the_payee_to_answer() external {
        vm.expectRevert(IChannels.CloseNotRequested.selector);
        channels.finalizeClose(channelId);
        vm.expectRevert(IChannels.NotThePayer.selector);
        channels.requestClose(channelId);
        vm.expectEmit();
        emit IChannels.CloseRequested(channelId, NOW + 2 days);
        vm.prank(alice);
        channels.requestClose(channelId);
        vm.warp(NOW + 2 days - 1);
        vm.prank(alice);
        channels.requestClose(channelId);
        vm.assertEq(channels.settle(voucher(channelId, 80 ether)), 80 ether);
        vm.expectRevert(abi.encodeWithSelector(IChannels.TooEarly.selector, NOW + 2 days));
        channels.finalizeClose(channelId);
        vm.warp(NOW + 2 days);
        vm.prank(mallory);
        channels.finalizeClose(channelId);
        vm.assertEq(token.balanceOf(alice), 920 ether);
    }

    function test_topping_up_takes_a_close_back() external {
        vm.startPrank(alice);
        channels.requestClose(channelId);
        channels.topUp(channelId, 1 ether);
        vm.warp(NOW + 3 days);
        vm.expectRevert(IChannels.CloseNotRequested.selector);
        channels.finalizeClose(channelId);
        vm.stopPrank();
        vm.expectRevert(IChannels.NotThePayer.selector);
        vm.prank(bob);
        channels.topUp(channelId, 1 ether);
    }

    function test_a_pause_stops_deposits_and_nothing_else() external {
        vm.prank(owner);
        parameters.pauseDeposits(true);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.startPrank(alice);
        vm.expectRevert(IChannels.DepositsPaused.selector);
        channels.open(payeeKey, signer, "new", 1 ether);
        vm.expectRevert(IChannels.DepositsPaused.selector);
        channels.topUp(channelId, 1 ether);
        channels.requestClose(channelId);
        vm.stopPrank();
        channels.settle(voucher(channelId, 10 ether));
        vm.warp(NOW + 2 days);
        channels.finalizeClose(channelId);
        vm.assertEq(token.balanceOf(alice), 990 ether);
    }

    function test_only_the_payee_closes_at_once() external {
        IChannels.Settlement memory last = voucher(channelId, 60 ether);
        vm.expectRevert(IChannels.NotThePayee.selector);
        vm.prank(alice);
        channels.close(last);
    }

    function testFuzz_whatever_the_vouchers_both_get_the_deposit_together(uint128[4] memory amounts, bool byPayee) external {
        uint256 highest = 0;
        for (uint256 i = 0; i < 4; i++) {
            uint128 amount = uint128(bound(amounts[i], 0, DEPOSIT));
            channels.settle(voucher(channelId, amount));
            if (amount > highest) highest = amount;
            vm.assertEq(channels.channel(channelId).settled, highest);
        }
        if (byPayee) {
            IChannels.Settlement memory none = IChannels.Settlement(channelId, 0, "", "");
            vm.prank(bob);
            channels.close(none);
        } else {
            vm.prank(alice);
            channels.requestClose(channelId);
            vm.warp(NOW + 2 days);
            channels.finalizeClose(channelId);
        }
        vm.assertEq(token.balanceOf(bob), 1_000 ether + highest);
        vm.assertEq(token.balanceOf(alice), 1_000 ether - highest);
        vm.assertEq(token.balanceOf(address(channels)), 0);
    }
}
