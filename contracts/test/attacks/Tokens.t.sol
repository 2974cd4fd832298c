// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IChannels} from "../../src/interfaces/IChannels.sol";
import {ExactTransfer} from "../../src/libraries/ExactTransfer.sol";
import {Keys} from "../harness/Keys.sol";
import {LocusTest} from "../harness/LocusTest.sol";
import {FeeToken, FreeToken, KeepingToken, LyingToken, PhantomToken, ReentrantToken, SilentToken, StrictToken} from "../harness/Tokens.sol";
import {vm} from "../harness/Vm.sol";

/// Tokens that are not what the standard says.
contract TokensTest is LocusTest {
    function setUp() public override {
        vm.warp(NOW);
        vm.roll(BLOCK);
    }

    function use(FreeToken odd) private {
        deploy(IERC20(address(odd)));
        delegate(BOB_KEY, BOB_PAYEE);
        address[2] memory both = [alice, bob];
        for (uint256 i = 0; i < 2; i++) {
            odd.mint(both[i], 1_000 ether);
            vm.startPrank(both[i]);
            odd.approve(address(stake), type(uint256).max);
            odd.approve(address(channels), type(uint256).max);
            vm.stopPrank();
        }
    }

    function open(uint128 amount) private returns (bytes32) {
        vm.prank(alice);
        return channels.open(payeeKey, abi.encodePacked(alice), "odd", amount);
    }

    function voucher(bytes32 id, uint128 amount) private view returns (IChannels.Settlement memory) {
        bytes memory signature = Keys.wallet(ALICE_KEY, channels.voucherDigest(id, amount));
        return IChannels.Settlement(id, amount, abi.encodePacked(alice), signature);
    }

    function test_a_token_that_takes_a_fee_is_refused() external {
        use(new FeeToken());
        bytes memory why = abi.encodeWithSelector(ExactTransfer.InexactTransfer.selector, 100 ether, 99 ether);
        vm.startPrank(alice);
        vm.expectRevert(why);
        stake.stake(100 ether);
        vm.expectRevert(why);
        channels.open(payeeKey, abi.encodePacked(alice), "odd", 100 ether);
        vm.stopPrank();
    }

    function test_a_token_that_returns_nothing_works() external {
        SilentToken odd = new SilentToken();
        use(odd);
        bondFor(alice, 100 ether);
        vm.prank(alice);
        stake.unbond(100 ether);
        vm.warp(NOW + 14 days);
        vm.prank(alice);
        stake.withdraw();
        bytes32 id = open(10 ether);
        IChannels.Settlement memory last = voucher(id, 4 ether);
        vm.prank(bob);
        channels.close(last);
        vm.assertEq(odd.balanceOf(bob), 1_004 ether);
        vm.assertEq(odd.balanceOf(alice), 996 ether);
    }

    function test_a_token_that_says_false_is_refused() external {
        LyingToken odd = new LyingToken();
        use(odd);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(odd)));
        vm.startPrank(alice);
        stake.stake(1 ether);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(odd)));
        channels.open(payeeKey, abi.encodePacked(alice), "odd", 1 ether);
        vm.stopPrank();
    }

    function test_what_a_token_says_it_has_not_paid_is_not_settled() external {
        KeepingToken odd = new KeepingToken();
        use(odd);
        bytes32 id = open(10 ether);
        IChannels.Settlement memory one = voucher(id, 4 ether);
        bytes memory failed = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(odd));
        vm.expectRevert(failed);
        channels.settle(one);
        vm.assertEq(channels.channel(id).settled, 0);
        bondFor(alice, 10 ether);
        vm.prank(alice);
        stake.unbond(10 ether);
        vm.warp(NOW + 14 days);
        vm.expectRevert(failed);
        vm.prank(alice);
        stake.withdraw();
        vm.assertEq(stake.slashableOf(alice), 10 ether);
    }

    function test_a_token_that_takes_a_fee_is_refused_from_sessions_too() external {
        use(new FeeToken());
        delegate(ALICE_KEY, ALICE_SESSION);
        bytes memory signature = Keys.p256(ALICE_SESSION, channels.openDigest(alice, payeeKey, "odd", 100 ether));
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.expectRevert(abi.encodeWithSelector(ExactTransfer.InexactTransfer.selector, 100 ether, 99 ether));
        channels.openBySession(alice, payeeKey, "odd", 100 ether, signer, signature);
    }

    function test_a_payer_that_its_token_refuses_takes_nothing_from_the_payee() external {
        StrictToken odd = new StrictToken();
        use(odd);
        bytes32 id = open(10 ether);
        odd.blockAccount(alice);
        IChannels.Settlement memory one = voucher(id, 4 ether);
        vm.expectRevert();
        vm.prank(bob);
        channels.close(one);
        vm.assertEq(channels.settle(one), 4 ether);
        vm.assertEq(odd.balanceOf(bob), 1_004 ether);
    }

    function test_a_token_without_permit_can_still_be_approved() external {
        use(new SilentToken());
        vm.startPrank(alice);
        stake.stakeWithPermit(alice, 5 ether, 0, 27, 0, 0);
        channels.openWithPermit(payeeKey, abi.encodePacked(alice), "odd", 5 ether, ExactTransfer.Permit(0, 27, 0, 0));
        vm.stopPrank();
        vm.assertEq(stake.bondedOf(alice), 5 ether);
    }

    /// What took WETH from those who had approved a bridge: a permit that the token never heard of.
    function test_a_token_that_answers_every_call_bonds_nobodys_allowance() external {
        PhantomToken odd = new PhantomToken();
        use(odd);
        vm.startPrank(mallory);
        vm.expectRevert(ExactTransfer.PermitNotUsed.selector);
        stake.stakeWithPermit(alice, 5 ether, 0, 27, 0, 0);
        vm.stopPrank();
        use(new SilentToken());
        vm.expectRevert();
        vm.prank(mallory);
        stake.stakeWithPermit(alice, 5 ether, 0, 27, 0, 0);
        vm.assertEq(stake.bondedOf(alice), 0);
    }

    function test_a_token_that_refuses_nothing_keeps_no_channel_open() external {
        use(new StrictToken());
        bytes32 id = open(10 ether);
        IChannels.Settlement memory last = voucher(id, 10 ether);
        vm.prank(bob);
        channels.close(last);
        vm.assertTrue(channels.channel(id).isClosed);
    }

    function test_a_payee_that_its_token_refuses_keeps_no_deposit_of_the_payer() external {
        StrictToken odd = new StrictToken();
        use(odd);
        bytes32 id = open(10 ether);
        odd.blockAccount(bob);
        IChannels.Settlement memory one = voucher(id, 4 ether);
        vm.expectRevert();
        channels.settle(one);
        vm.prank(alice);
        channels.requestClose(id);
        vm.warp(NOW + 2 days);
        channels.finalizeClose(id);
        vm.assertEq(odd.balanceOf(alice), 1_000 ether);
    }

    function test_a_reporter_that_its_token_refuses_stops_no_slash() external {
        StrictToken odd = new StrictToken();
        use(odd);
        bondFor(alice, 100 ether);
        odd.blockAccount(bob);
        vm.prank(address(disputes));
        stake.freezeShare("id", alice, bob);
        vm.warp(NOW + 3 days);
        stake.carryOut("id");
        vm.assertEq(odd.balanceOf(0x000000000000000000000000000000000000dEaD), 7.5 ether);
    }

    function test_a_token_that_calls_back_enters_nothing() external {
        ReentrantToken odd = new ReentrantToken();
        use(odd);
        odd.mint(address(odd), 100 ether);
        vm.startPrank(address(odd));
        odd.approve(address(stake), type(uint256).max);
        odd.approve(address(channels), type(uint256).max);
        vm.stopPrank();
        bytes32 id = open(50 ether);
        IChannels.Settlement memory one = voucher(id, 20 ether);
        vm.prank(address(disputes));
        stake.freezeShare("id", alice, bob);

        odd.arm(address(channels), abi.encodeCall(channels.settle, (one)));
        vm.assertEq(channels.settle(one), 20 ether);
        odd.arm(address(channels), abi.encodeCall(channels.finalizeClose, (id)));
        vm.prank(alice);
        channels.topUp(id, 1 ether);
        odd.arm(address(stake), abi.encodeCall(stake.stake, (1 ether)));
        bondFor(alice, 10 ether);
        vm.prank(alice);
        stake.unbond(10 ether);
        vm.warp(NOW + 14 days);
        odd.arm(address(stake), abi.encodeCall(stake.withdraw, ()));
        vm.prank(alice);
        stake.withdraw();
        odd.arm(address(channels), abi.encodeCall(channels.open, (payeeKey, abi.encodePacked(address(odd)), "re", 1 ether)));
        vm.prank(alice);
        channels.requestClose(id);
        vm.warp(NOW + 20 days);
        channels.finalizeClose(id);

        vm.assertFalse(odd.hasEntered());
        vm.assertEq(odd.balanceOf(address(channels)), 0);
        vm.assertEq(odd.balanceOf(address(stake)), 0);
        vm.assertEq(odd.balanceOf(bob), 1_020 ether);
    }
}
