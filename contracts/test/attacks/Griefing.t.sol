// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../../src/interfaces/IChannels.sol";
import {IStake} from "../../src/interfaces/IStake.sol";
import {ChannelTest} from "../harness/ChannelTest.sol";
import {vm} from "../harness/Vm.sol";

/// Calls that nobody gains by, made so that somebody else loses.
contract GriefingTest is ChannelTest {
    function test_a_payer_that_closes_revokes_and_tops_up_at_random_takes_nothing_from_the_payee() external {
        IChannels.Settlement memory highest = voucher(channelId, 90 ether);
        bytes32 keyId = keyIdOf(ALICE_SESSION);
        vm.startPrank(alice);
        channels.requestClose(channelId);
        channels.topUp(channelId, 1);
        registry.revoke(keyId);
        channels.requestClose(channelId);
        vm.stopPrank();
        // The payee has the shorter of challenge and thaw, two days, whatever the order.
        vm.warp(NOW + 2 days - 1);
        vm.assertEq(channels.settle(highest), 90 ether);
        vm.warp(NOW + 2 days);
        channels.finalizeClose(channelId);
        vm.assertEq(token.balanceOf(bob), 1_090 ether);
    }

    function test_a_stranger_closes_nothing() external {
        IChannels.Settlement memory low = voucher(channelId, 1 ether);
        vm.startPrank(mallory);
        vm.expectRevert(IChannels.NotThePayee.selector);
        channels.close(low);
        vm.expectRevert(IChannels.NotThePayer.selector);
        channels.requestClose(channelId);
        vm.expectRevert(IChannels.NotThePayer.selector);
        channels.closeWithConsent(channelId, 0, "", "");
        vm.expectRevert(IChannels.CloseNotRequested.selector);
        channels.finalizeClose(channelId);
        vm.stopPrank();
    }

    function test_a_low_voucher_settled_first_costs_the_payee_nothing() external {
        IChannels.Settlement memory low = voucher(channelId, 1 ether);
        IChannels.Settlement memory high = voucher(channelId, 50 ether);
        vm.prank(mallory);
        channels.settle(low);
        vm.assertEq(channels.settle(high), 49 ether);
    }

    function test_a_channel_id_cannot_be_taken_before_its_payer_opens_it() external {
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.expectRevert(IChannels.SignerNotAllowed.selector);
        vm.prank(mallory);
        channels.open(payeeKey, signer, "next", 1 ether);
        vm.prank(alice);
        channels.open(payeeKey, signer, "next", 1 ether);
    }

    function test_dust_in_every_lock_stops_no_slash() external {
        bondFor(alice, 100 ether);
        vm.startPrank(alice);
        for (uint256 i = 0; i < 15; i++) {
            stake.unbond(1);
        }
        stake.unbond(100 ether - 15);
        vm.stopPrank();
        vm.prank(address(disputes));
        vm.assertEq(stake.freezeShare("id", alice, bob), 10 ether);
    }

    function test_leaving_when_the_proof_is_seen_saves_nothing() external {
        bondFor(alice, 100 ether);
        vm.startPrank(alice);
        stake.unbond(100 ether);
        vm.expectRevert(IStake.NothingToWithdraw.selector);
        stake.withdraw();
        vm.stopPrank();
        vm.prank(address(disputes));
        vm.assertEq(stake.freezeShare("id", alice, bob), 10 ether);
    }

    function test_accusing_oneself_never_pays() external {
        bondFor(alice, 100 ether);
        vm.prank(address(disputes));
        stake.freezeShare("id", alice, alice);
        vm.warp(NOW + 3 days);
        stake.carryOut("id");
        vm.prank(alice);
        stake.claimReward();
        vm.assertEq(stake.slashableOf(alice) + token.balanceOf(alice), 900 ether - 7.5 ether);
    }
}
