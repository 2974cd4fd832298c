// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Parameters} from "../src/Parameters.sol";
import {IParameters} from "../src/interfaces/IParameters.sol";
import {LocusTest} from "./harness/LocusTest.sol";
import {vm} from "./harness/Vm.sol";

contract ParametersTest is LocusTest {
    function test_a_change_waits_until_everybody_could_have_left() external {
        IParameters.Values memory v = standard();
        v.slashBps = 500;
        vm.expectEmit();
        emit IParameters.ParametersProposed(v, NOW + 14 days);
        vm.prank(owner);
        parameters.propose(v);
        vm.assertEq(parameters.values().slashBps, 1_000);
        vm.warp(NOW + 14 days - 1);
        vm.expectRevert(abi.encodeWithSelector(IParameters.TooEarly.selector, NOW + 14 days));
        parameters.applyProposed();
        vm.warp(NOW + 14 days);
        vm.expectEmit();
        emit IParameters.ParametersApplied(v);
        vm.prank(mallory);
        parameters.applyProposed();
        vm.assertEq(parameters.values().slashBps, 500);
        vm.expectRevert(IParameters.NothingProposed.selector);
        parameters.applyProposed();
    }

    function test_only_the_owner_proposes_and_pauses() external {
        vm.startPrank(mallory);
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, mallory));
        parameters.propose(standard());
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, mallory));
        parameters.pauseDeposits(true);
        vm.stopPrank();
        vm.expectEmit();
        emit IParameters.DepositsPaused(true);
        vm.prank(owner);
        parameters.pauseDeposits(true);
        vm.assertTrue(parameters.depositsPaused());
    }

    function test_ownership_moves_in_two_steps() external {
        vm.prank(owner);
        parameters.transferOwnership(mallory);
        vm.assertEq(parameters.owner(), owner);
        vm.prank(mallory);
        parameters.acceptOwnership();
        vm.assertEq(parameters.owner(), mallory);
    }

    function test_no_parameter_leaves_its_bounds() external {
        IParameters.Values[10] memory wrong;
        for (uint256 i = 0; i < 10; i++) {
            wrong[i] = standard();
        }
        wrong[0].unbondingSeconds = 7 days - 1;
        wrong[1].unbondingSeconds = 60 days + 1;
        wrong[2].challengeSeconds = 1 days - 1;
        wrong[3].challengeSeconds = 30 days + 1;
        wrong[4].resolutionSeconds = 1 days - 1;
        wrong[5].resolutionSeconds = 7 days + 1;
        wrong[6].slashBps = 0;
        wrong[7].slashBps = 1_001;
        wrong[8].reporterBps = 5_001;
        wrong[9].reporterBps = 10_000;
        for (uint256 i = 0; i < 10; i++) {
            vm.expectRevert(IParameters.ParameterOutOfBounds.selector);
            vm.prank(owner);
            parameters.propose(wrong[i]);
        }
        vm.expectRevert(IParameters.ParameterOutOfBounds.selector);
        new Parameters(owner, wrong[0]);
    }
}
