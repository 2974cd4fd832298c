// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../../src/interfaces/IChannels.sol";
import {IStake} from "../../src/interfaces/IStake.sol";
import {Handler} from "../harness/Handler.sol";
import {LocusTest} from "../harness/LocusTest.sol";
import {vm} from "../harness/Vm.sol";

/// Whatever three people do, and whenever.
contract MoneyInvariants is LocusTest {
    address private constant BURN = 0x000000000000000000000000000000000000dEaD;

    Handler private handler;

    function setUp() public override {
        super.setUp();
        handler = new Handler(Handler.World(token, registry, stake, channels, receipts, address(disputes)));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_01_tokens_are_conserved() external view {
        uint256 sum = token.balanceOf(address(stake)) + token.balanceOf(address(channels)) + token.balanceOf(BURN);
        for (uint256 i = 0; i < 3; i++) {
            sum += token.balanceOf(handler.walletOf(i));
        }
        vm.assertEq(sum, 3_000 ether);
    }

    function invariant_02_stake_holds_exactly_what_its_books_say() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < 3; i++) {
            sum += stake.slashableOf(handler.walletOf(i)) + stake.rewardOf(handler.walletOf(i));
        }
        for (uint256 i = 0; i < handler.freezeCount(); i++) {
            IStake.Freeze memory f = stake.freezeOf(handler.freezeIds(i));
            if (f.state == IStake.FreezeState.Waiting) sum += f.amount;
        }
        vm.assertEq(token.balanceOf(address(stake)), sum);
    }

    function invariant_03_channels_hold_exactly_what_is_unsettled() external view {
        uint256 sum = 0;
        for (uint256 i = 0; i < handler.channelCount(); i++) {
            IChannels.Channel memory c = channels.channel(handler.channelIds(i));
            if (!c.isClosed) sum += c.deposit - c.settled;
        }
        vm.assertEq(token.balanceOf(address(channels)), sum);
    }

    function invariant_04_paid_is_at_most_vouched_is_at_most_deposited() external view {
        for (uint256 i = 0; i < handler.channelCount(); i++) {
            bytes32 id = handler.channelIds(i);
            IChannels.Channel memory c = channels.channel(id);
            vm.assertLe(c.settled, handler.signed(id));
            vm.assertLe(handler.signed(id), c.deposit);
        }
    }

    function invariant_05_what_is_settled_never_goes_back() external view {
        vm.assertFalse(handler.hasGoneBack());
    }

    function invariant_06_a_slash_is_at_most_a_tenth() external view {
        vm.assertFalse(handler.hasOverSlashed());
    }

    function invariant_07_nothing_is_paid_before_its_date() external view {
        vm.assertFalse(handler.hasPaidEarly());
    }

    function invariant_08_a_revoked_key_signs_no_new_work() external view {
        vm.assertFalse(handler.hasUsedRevoked());
    }

    function invariant_09_no_key_is_used_twice() external view {
        vm.assertFalse(handler.hasReusedKey());
    }

    function invariant_10_the_total_is_the_sum_of_bonds() external {
        uint256 sum = 0;
        for (uint256 i = 0; i < 3; i++) {
            sum += stake.bondedOf(handler.walletOf(i));
        }
        vm.roll(vm.getBlockNumber() + 1);
        vm.assertEq(stake.totalBondedAt(vm.getBlockNumber() - 1), sum);
    }

    function invariant_11_no_session_key_commits_more_than_its_cap() external view {
        for (uint256 i = 0; i < handler.channelCount(); i++) {
            bytes32 keyId = channels.channel(handler.channelIds(i)).authorizedSigner;
            vm.assertEq(channels.committedBy(keyId), handler.depositedBy(keyId));
            vm.assertLe(handler.depositedBy(keyId), 700 ether);
        }
    }

    function invariant_12_no_channel_is_ever_forgotten() external view {
        for (uint256 i = 0; i < handler.channelCount(); i++) {
            vm.assertTrue(channels.channel(handler.channelIds(i)).payer != address(0));
        }
    }

    function invariant_13_a_key_without_a_wallet_is_paid_nothing() external view {
        for (uint256 i = 0; i < handler.channelCount(); i++) {
            IChannels.Channel memory c = channels.channel(handler.channelIds(i));
            if (registry.session(c.payeeKey).wallet == address(0)) vm.assertEq(c.settled, 0);
        }
    }

    function invariant_14_what_is_paid_goes_to_the_wallet_behind_the_key() external view {
        vm.assertFalse(handler.hasPaidElsewhere());
    }

    function invariant_15_a_session_key_keeps_nobody_in() external view {
        vm.assertFalse(handler.hasKeptIn());
    }

    function invariant_16_nobody_is_bonded_who_did_not_ask() external view {
        vm.assertFalse(handler.hasStakedUnasked());
    }
}
