// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IParameters} from "../src/interfaces/IParameters.sol";
import {IStake} from "../src/interfaces/IStake.sol";
import {LocusTest} from "./harness/LocusTest.sol";
import {vm} from "./harness/Vm.sol";

contract StakeTest is LocusTest {
    bytes32 private constant ID = keccak256("event");
    address private constant BURN = 0x000000000000000000000000000000000000dEaD;

    function test_stake_is_bonded_by_an_exact_approval() external {
        vm.prank(alice);
        token.approve(address(stake), 100 ether);
        vm.expectEmit();
        emit IStake.Staked(alice, 100 ether);
        bondFor(alice, 100 ether);
        vm.assertEq(stake.bondedOf(alice), 100 ether);
        vm.assertEq(token.allowance(alice, address(stake)), 0);
        vm.assertEq(token.balanceOf(address(stake)), 100 ether);
    }

    function test_stake_is_bonded_by_one_permit() external {
        vm.prank(alice);
        token.approve(address(stake), 0);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(ALICE_KEY, address(stake), 70 ether, NOW + 1);
        vm.prank(alice);
        stake.stakeWithPermit(alice, 70 ether, NOW + 1, v, r, s);
        vm.assertEq(stake.bondedOf(alice), 70 ether);
    }

    function test_a_permit_that_somebody_else_used_first_does_no_harm() external {
        vm.prank(alice);
        token.approve(address(stake), 0);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(ALICE_KEY, address(stake), 70 ether, NOW + 1);
        vm.prank(mallory);
        token.permit(alice, address(stake), 70 ether, NOW + 1, v, r, s);
        vm.prank(alice);
        stake.stakeWithPermit(alice, 70 ether, NOW + 1, v, r, s);
        vm.assertEq(stake.bondedOf(alice), 70 ether);
    }

    function test_anybody_hands_in_a_permit_and_its_owner_is_bonded() external {
        vm.prank(alice);
        token.approve(address(stake), 0);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(ALICE_KEY, address(stake), 70 ether, NOW + 1);
        vm.expectEmit();
        emit IStake.Staked(alice, 70 ether);
        vm.prank(mallory);
        stake.stakeWithPermit(alice, 70 ether, NOW + 1, v, r, s);
        vm.assertEq(stake.bondedOf(alice), 70 ether);
        vm.assertEq(stake.bondedOf(mallory), 0);
        vm.assertEq(token.balanceOf(alice), 930 ether);
    }

    /// Alice has approved everything, and said nothing about staking.
    function test_an_allowance_is_no_consent_for_somebody_else() external {
        (uint8 v, bytes32 r, bytes32 s) = permitOf(ALICE_KEY, address(stake), 70 ether, NOW + 1);
        bytes32[2] memory used = [r, keccak256("none")];
        for (uint256 i = 0; i < 2; i++) {
            if (i == 0) token.permit(alice, address(stake), 70 ether, NOW + 1, v, r, s);
            vm.expectRevert();
            vm.prank(mallory);
            stake.stakeWithPermit(alice, 70 ether, NOW + 1, v, used[i], s);
        }
        vm.expectRevert();
        vm.prank(mallory);
        stake.stakeWithPermit(alice, 10 ether, NOW + 1, v, r, s);
        vm.assertEq(token.allowance(alice, address(stake)), 70 ether);
        vm.assertEq(stake.bondedOf(alice), 0);
    }

    function test_a_permit_is_bonded_in_full_or_not_by_somebody_else() external {
        (uint8 v, bytes32 r, bytes32 s) = permitOf(ALICE_KEY, address(stake), 70 ether, NOW + 1);
        vm.startPrank(mallory);
        vm.expectRevert();
        stake.stakeWithPermit(alice, 69 ether, NOW + 1, v, r, s);
        stake.stakeWithPermit(alice, 70 ether, NOW + 1, v, r, s);
        vm.expectRevert();
        stake.stakeWithPermit(alice, 70 ether, NOW + 1, v, r, s);
        vm.stopPrank();
        vm.assertEq(stake.bondedOf(alice), 70 ether);
    }

    function test_nothing_is_no_stake() external {
        vm.startPrank(alice);
        vm.expectRevert(IStake.ZeroAmount.selector);
        stake.stake(0);
        vm.expectRevert(IStake.ZeroAmount.selector);
        stake.unbond(0);
        vm.expectRevert(IStake.NothingToWithdraw.selector);
        stake.withdraw();
        vm.expectRevert(IStake.NothingToWithdraw.selector);
        stake.claimReward();
        vm.stopPrank();
    }

    function test_unbonding_has_its_own_date_and_is_not_paid_before() external {
        bondFor(alice, 100 ether);
        vm.startPrank(alice);
        vm.expectEmit();
        emit IStake.Unbonding(alice, 30 ether, NOW + 14 days);
        stake.unbond(30 ether);
        vm.warp(NOW + 1 days);
        stake.unbond(20 ether);
        vm.assertEq(stake.bondedOf(alice), 50 ether);
        vm.assertEq(stake.slashableOf(alice), 100 ether);
        vm.warp(NOW + 14 days - 1);
        vm.expectRevert(IStake.NothingToWithdraw.selector);
        stake.withdraw();
        vm.warp(NOW + 14 days);
        vm.expectEmit();
        emit IStake.Withdrawn(alice, 30 ether);
        vm.assertEq(stake.withdraw(), 30 ether);
        vm.warp(NOW + 15 days);
        vm.assertEq(stake.withdraw(), 20 ether);
        vm.stopPrank();
        IStake.Lock[] memory locks = stake.locksOf(alice);
        vm.assertEq(locks.length, 2);
        vm.assertEq(locks[0].amount, 0);
        vm.assertEq(locks[1].unlockAt, NOW + 15 days);
        vm.assertEq(token.balanceOf(alice), 950 ether);
    }

    function test_more_than_is_bonded_cannot_unbond() external {
        bondFor(alice, 10 ether);
        vm.expectRevert(abi.encodeWithSelector(IStake.InsufficientStake.selector, 10 ether));
        vm.prank(alice);
        stake.unbond(10 ether + 1);
    }

    function test_sixteen_locks_are_open_at_most() external {
        bondFor(alice, 100 ether);
        vm.startPrank(alice);
        for (uint256 i = 0; i < 16; i++) {
            stake.unbond(1 ether);
        }
        vm.expectRevert(IStake.TooManyLocks.selector);
        stake.unbond(1 ether);
        vm.warp(NOW + 14 days);
        stake.withdraw();
        stake.unbond(1 ether);
        vm.stopPrank();
    }

    function test_a_shorter_unbonding_time_overtakes_no_lock() external {
        bondFor(alice, 100 ether);
        vm.prank(alice);
        stake.unbond(10 ether);
        setUnbonding(7 days);
        vm.prank(alice);
        stake.unbond(10 ether);
        vm.assertEq(stake.locksOf(alice)[1].unlockAt, NOW + 14 days + 7 days);
        setUnbonding(60 days);
        vm.prank(alice);
        stake.unbond(1 ether);
        setUnbonding(7 days);
        vm.prank(alice);
        stake.unbond(1 ether);
        IStake.Lock[] memory locks = stake.locksOf(alice);
        vm.assertEq(locks[2].unlockAt, locks[3].unlockAt);
    }

    function setUnbonding(uint32 unbondingSeconds) private {
        vm.startPrank(owner);
        parameters.propose(withUnbonding(unbondingSeconds));
        vm.stopPrank();
        vm.warp(vm.getBlockTimestamp() + 14 days);
        parameters.applyProposed();
    }

    function test_stake_at_a_block_is_what_was_bonded_then() external {
        bondFor(alice, 100 ether);
        vm.roll(BLOCK + 10);
        bondFor(bob, 7 ether);
        vm.prank(alice);
        stake.unbond(40 ether);
        vm.roll(BLOCK + 20);
        vm.assertEq(stake.bondedAt(alice, BLOCK - 1), 0);
        vm.assertEq(stake.bondedAt(alice, BLOCK), 100 ether);
        vm.assertEq(stake.bondedAt(alice, BLOCK + 9), 100 ether);
        vm.assertEq(stake.bondedAt(alice, BLOCK + 10), 60 ether);
        vm.assertEq(stake.totalBondedAt(BLOCK + 9), 100 ether);
        vm.assertEq(stake.totalBondedAt(BLOCK + 10), 67 ether);
    }

    function test_a_slash_reaches_bonded_and_unbonding_stake() external {
        bondFor(alice, 100 ether);
        vm.startPrank(alice);
        stake.unbond(4 ether);
        stake.unbond(95 ether);
        vm.stopPrank();
        vm.prank(address(disputes));
        vm.assertEq(stake.freezeShare(ID, alice, bob), 10 ether);
        vm.assertEq(stake.bondedOf(alice), 0);
        vm.assertEq(stake.locksOf(alice)[0].amount, 0);
        vm.assertEq(stake.locksOf(alice)[1].amount, 90 ether);
    }

    function test_a_slash_waits_then_burns_and_rewards() external {
        bondFor(alice, 100 ether);
        vm.prank(address(committees));
        stake.freezeShare(ID, alice, bob);
        vm.expectRevert(abi.encodeWithSelector(IStake.TooEarly.selector, NOW + 3 days));
        stake.carryOut(ID);
        vm.warp(NOW + 3 days);
        vm.expectEmit();
        emit IStake.Slashed(ID, alice, 7.5 ether, 2.5 ether, bob);
        vm.prank(mallory);
        stake.carryOut(ID);
        vm.assertEq(token.balanceOf(BURN), 7.5 ether);
        vm.assertEq(stake.rewardOf(bob), 2.5 ether);
        vm.prank(bob);
        vm.assertEq(stake.claimReward(), 2.5 ether);
        vm.assertEq(token.balanceOf(bob), 1_002.5 ether);
        vm.assertTrue(stake.freezeOf(ID).state == IStake.FreezeState.Slashed);
        vm.expectRevert(abi.encodeWithSelector(IStake.NotWaiting.selector, ID));
        stake.carryOut(ID);
    }

    function test_without_a_reporter_everything_is_burned() external {
        bondFor(alice, 100 ether);
        vm.prank(address(committees));
        stake.freezeShare(ID, alice, address(0));
        vm.warp(NOW + 3 days);
        stake.carryOut(ID);
        vm.assertEq(token.balanceOf(BURN), 10 ether);
    }

    function test_what_was_refuted_is_bonded_again() external {
        bondFor(alice, 100 ether);
        vm.startPrank(address(committees));
        stake.freezeShare(ID, alice, bob);
        vm.assertEq(stake.bondedOf(alice), 90 ether);
        stake.release(ID);
        vm.assertEq(stake.bondedOf(alice), 100 ether);
        vm.expectRevert(abi.encodeWithSelector(IStake.NotWaiting.selector, ID));
        stake.release(ID);
        vm.expectRevert(abi.encodeWithSelector(IStake.AlreadyFrozen.selector, ID));
        stake.freezeShare(ID, alice, bob);
        vm.stopPrank();
    }

    function test_nobody_but_a_proof_slashes() external {
        bondFor(alice, 100 ether);
        address[4] memory all = [owner, mallory, alice, address(channels)];
        for (uint256 i = 0; i < all.length; i++) {
            vm.startPrank(all[i]);
            vm.expectRevert(IStake.NotByProof.selector);
            stake.freezeShare(ID, alice, bob);
            vm.expectRevert(IStake.NotByProof.selector);
            stake.release(ID);
            vm.stopPrank();
        }
    }

    function test_a_pause_stops_deposits_and_no_withdrawal() external {
        bondFor(alice, 100 ether);
        vm.prank(owner);
        parameters.pauseDeposits(true);
        vm.startPrank(alice);
        vm.expectRevert(IStake.DepositsPaused.selector);
        stake.stake(1);
        (uint8 v, bytes32 r, bytes32 s) = permitOf(ALICE_KEY, address(stake), 1, NOW);
        vm.expectRevert(IStake.DepositsPaused.selector);
        stake.stakeWithPermit(alice, 1, NOW, v, r, s);
        stake.unbond(100 ether);
        vm.warp(NOW + 14 days);
        vm.assertEq(stake.withdraw(), 100 ether);
        vm.stopPrank();
    }

    function testFuzz_a_slash_is_at_most_a_tenth_wherever_the_stake_lies(uint128 bonded, uint8 locks, uint128 each) external {
        bonded = uint128(bound(bonded, 1, 1_000 ether));
        bondFor(alice, bonded);
        locks = uint8(bound(locks, 0, 16));
        for (uint256 i = 0; i < locks && stake.bondedOf(alice) > 0; i++) {
            uint256 amount = bound(uint256(keccak256(abi.encode(each, i))), 1, stake.bondedOf(alice));
            vm.prank(alice);
            stake.unbond(uint128(amount));
        }
        uint256 before = stake.slashableOf(alice);
        vm.prank(address(disputes));
        uint256 taken = stake.freezeShare(ID, alice, bob);
        vm.assertEq(taken, before / 10);
        vm.assertEq(stake.slashableOf(alice), before - taken);
    }

    function withUnbonding(uint32 unbondingSeconds) private pure returns (IParameters.Values memory v) {
        v = standard();
        v.unbondingSeconds = unbondingSeconds;
    }
}
