// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IChannels} from "../../src/interfaces/IChannels.sol";
import {ExactTransfer} from "../../src/libraries/ExactTransfer.sol";
import {Keys} from "../harness/Keys.sol";
import {LocusTest} from "../harness/LocusTest.sol";
import {ReentrantToken} from "../harness/Tokens.sol";
import {vm} from "../harness/Vm.sol";

/// The token itself is a payer, a payee and a staker, and makes every call that moves tokens in the middle of another. Each of them it could have
/// made a moment before: what stops it is that it is in the middle.
contract ReentrancyTest is LocusTest {
    uint256 private constant TOKEN_SESSION = 0x70CE;
    uint256 private constant TOKEN_PAYEE = 0x70CF;

    ReentrantToken private odd;
    bytes private signer;
    bytes32 private own;
    bytes32 private leaving;
    bytes32 private earning;

    function setUp() public override {
        vm.warp(NOW);
        vm.roll(BLOCK);
        odd = new ReentrantToken();
        deploy(IERC20(address(odd)));
        address[2] memory both = [alice, address(odd)];
        for (uint256 i = 0; i < 2; i++) {
            odd.mint(both[i], 1_000 ether);
            vm.startPrank(both[i]);
            odd.approve(address(stake), type(uint256).max);
            odd.approve(address(channels), type(uint256).max);
            vm.stopPrank();
        }
        delegate(ALICE_KEY, ALICE_SESSION);
        delegate(BOB_KEY, BOB_PAYEE);
        delegateAs(delegationOf(address(odd), signerOf(TOKEN_SESSION)), TOKEN_SESSION);
        delegateAs(delegationOf(address(odd), signerOf(TOKEN_PAYEE)), TOKEN_PAYEE);
        signer = signerOf(TOKEN_SESSION);
        bytes32 toToken = keyIdOf(TOKEN_PAYEE);
        bytes memory ofAlice = signerOf(ALICE_SESSION);
        vm.prank(alice);
        earning = channels.open(toToken, ofAlice, "earning", 10 ether);
        vm.startPrank(address(odd));
        own = channels.open(payeeKey, signer, "own", 10 ether);
        leaving = channels.open(payeeKey, signer, "leaving", 10 ether);
        channels.requestClose(leaving);
        stake.stake(20 ether);
        stake.unbond(5 ether);
        vm.stopPrank();
        vm.prank(address(disputes));
        stake.freezeShare("ready", alice, address(0));
        bondFor(alice, 100 ether);
        vm.prank(address(disputes));
        stake.freezeShare("rewarded", alice, address(odd));
        vm.warp(NOW + 14 days);
        stake.carryOut("rewarded");
    }

    /// @param outer what Alice does while the token is at it.
    function refused(address target, bytes memory data, bytes memory outer) private {
        uint256 state = vm.snapshotState();
        vm.prank(address(odd));
        (bool isPossible,) = target.call(data);
        vm.assertTrue(isPossible);
        vm.revertToState(state);
        odd.arm(target, data);
        vm.prank(alice);
        (bool isDone,) = target.call(outer);
        vm.assertTrue(isDone);
        vm.assertFalse(odd.hasEntered());
        vm.assertFalse(odd.isArmed());
        vm.revertToState(state);
    }

    function inChannels(bytes memory data) private {
        refused(address(channels), data, abi.encodeCall(channels.topUp, (earning, 1 ether)));
        refused(address(channels), data, abi.encodeCall(channels.settle, (settlement(earning, ALICE_SESSION, 1 ether))));
    }

    function inStake(bytes memory data) private {
        refused(address(stake), data, abi.encodeCall(stake.stake, (1 ether)));
    }

    function settlement(bytes32 id, uint256 key, uint128 amount) private view returns (IChannels.Settlement memory) {
        return IChannels.Settlement(id, amount, signerOf(key), Keys.p256(key, channels.voucherDigest(id, amount)));
    }

    function test_no_deposit_enters() external {
        inChannels(abi.encodeCall(channels.open, (payeeKey, signer, "new", 1 ether)));
        ExactTransfer.Permit memory none = ExactTransfer.Permit(0, 27, 0, 0);
        inChannels(abi.encodeCall(channels.openWithPermit, (payeeKey, signer, "new", 1 ether, none)));
        bytes memory signature = Keys.p256(TOKEN_SESSION, channels.openDigest(address(odd), payeeKey, "new", 1 ether));
        inChannels(abi.encodeCall(channels.openBySession, (address(odd), payeeKey, "new", 1 ether, signer, signature)));
        inChannels(abi.encodeCall(channels.topUp, (own, 1 ether)));
        signature = Keys.p256(TOKEN_SESSION, channels.topUpDigest(own, 11 ether));
        inChannels(abi.encodeCall(channels.topUpBySession, (own, 11 ether, signer, signature)));
        inStake(abi.encodeCall(stake.stake, (1 ether)));
        inStake(abi.encodeCall(stake.stakeWithPermit, (address(odd), 1 ether, 0, 27, 0, 0)));
    }

    function test_no_payment_enters() external {
        IChannels.Settlement[] memory all = new IChannels.Settlement[](1);
        all[0] = settlement(own, TOKEN_SESSION, 2 ether);
        inChannels(abi.encodeCall(channels.settle, (all[0])));
        inChannels(abi.encodeCall(channels.settleMany, (all)));
        inChannels(abi.encodeCall(channels.close, (settlement(earning, ALICE_SESSION, 1 ether))));
        bytes memory consent = Keys.p256(BOB_PAYEE, channels.closeDigest(own, 2 ether));
        bytes memory payee = signerOf(BOB_PAYEE);
        inChannels(abi.encodeCall(channels.closeWithConsent, (own, 2 ether, payee, consent)));
        inChannels(abi.encodeCall(channels.finalizeClose, (leaving)));
        inStake(abi.encodeCall(stake.withdraw, ()));
        inStake(abi.encodeCall(stake.carryOut, ("ready")));
        inStake(abi.encodeCall(stake.claimReward, ()));
    }
}
