// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Channels} from "../src/Channels.sol";
import {IChannels} from "../src/interfaces/IChannels.sol";
import {ISessionRegistry} from "../src/interfaces/ISessionRegistry.sol";
import {Signatures} from "../src/libraries/Signatures.sol";
import {ChannelTest} from "./harness/ChannelTest.sol";
import {Keys} from "./harness/Keys.sol";
import {vm} from "./harness/Vm.sol";

/// Channels that a session key opens and tops up: no prompt of a wallet, and never more than it has allowed.
contract ChannelSessionsTest is ChannelTest {
    bytes private signer;

    function setUp() public override {
        super.setUp();
        signer = signerOf(ALICE_SESSION);
    }

    function openSigned(bytes32 salt, uint128 amount) private returns (bytes32) {
        bytes memory signature = signedOpen(payeeKey, salt, amount);
        return channels.openBySession(alice, payeeKey, salt, amount, signer, signature);
    }

    function raise(bytes32 id, uint128 deposit) private {
        channels.topUpBySession(id, deposit, signer, signedTopUp(id, deposit));
    }

    function test_a_session_key_opens_a_channel_that_its_wallet_pays() external {
        bytes32 id = channels.channelIdOf(alice, payeeKey, signer, "two");
        bytes memory signature = signedOpen(payeeKey, "two", 30 ether);
        vm.expectEmit();
        emit IChannels.ChannelOpened(id, alice, payeeKey, signer, 30 ether, "two");
        vm.prank(mallory);
        vm.assertEq(channels.openBySession(alice, payeeKey, "two", 30 ether, signer, signature), id);
        IChannels.Channel memory c = channels.channel(id);
        vm.assertEq(c.payer, alice);
        vm.assertEq(c.authorizedSigner, keccak256(signer));
        vm.assertEq(token.balanceOf(alice), 870 ether);
        vm.assertEq(channels.committedBy(keccak256(signer)), 130 ether);
        vm.assertEq(channels.settle(voucher(id, 30 ether)), 30 ether);
    }

    function test_what_was_signed_opens_one_channel_ever() external {
        bytes32 id = openSigned("two", 30 ether);
        bytes memory signature = signedOpen(payeeKey, "two", 30 ether);
        bytes memory exists = abi.encodeWithSelector(IChannels.ChannelExists.selector, id);
        vm.expectRevert(exists);
        channels.openBySession(alice, payeeKey, "two", 30 ether, signer, signature);
        IChannels.Settlement memory none = IChannels.Settlement(id, 0, "", "");
        vm.prank(bob);
        channels.close(none);
        vm.expectRevert(exists);
        channels.openBySession(alice, payeeKey, "two", 30 ether, signer, signature);
        // Nor beside one of the same terms that the wallet has opened.
        signature = signedOpen(payeeKey, SALT, 30 ether);
        vm.expectRevert(abi.encodeWithSelector(IChannels.ChannelExists.selector, channelId));
        channels.openBySession(alice, payeeKey, SALT, 30 ether, signer, signature);
    }

    function test_nothing_of_what_was_signed_can_be_changed() external {
        bytes memory signature = signedOpen(payeeKey, "two", 30 ether);
        bytes memory other = signerOf(BOB_PAYEE);
        bytes32 otherKey = keyIdOf(BOB_SESSION);
        vm.startPrank(mallory);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.openBySession(bob, payeeKey, "two", 30 ether, signer, signature);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.openBySession(alice, otherKey, "two", 30 ether, signer, signature);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.openBySession(alice, payeeKey, "three", 30 ether, signer, signature);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.openBySession(alice, payeeKey, "two", 31 ether, signer, signature);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.openBySession(alice, payeeKey, "two", 30 ether, other, signature);
        vm.stopPrank();
    }

    function test_a_key_of_one_wallet_spends_nothing_of_another() external {
        bytes memory theirs = signerOf(BOB_PAYEE);
        bytes memory signature = Keys.p256(BOB_PAYEE, channels.openDigest(alice, keccak256(signer), "two", 1 ether));
        vm.expectRevert(IChannels.SignerNotAllowed.selector);
        channels.openBySession(alice, keccak256(signer), "two", 1 ether, theirs, signature);
        // Alice's own key as a session of Bob's: it tops up nothing of hers in his name.
        bytes memory own = abi.encodePacked(alice);
        vm.prank(alice);
        bytes32 id = channels.open(payeeKey, own, "own", 1 ether);
        signature = Keys.wallet(ALICE_KEY, channels.topUpDigest(id, 2 ether));
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotActive.selector, keccak256(own)));
        channels.topUpBySession(id, 2 ether, own, signature);
        ISessionRegistry.Delegation memory d = delegationOf(bob, own);
        bytes memory possession = Keys.wallet(ALICE_KEY, possessionDigest(d));
        vm.prank(bob);
        registry.delegate(d, "", possession);
        vm.expectRevert(IChannels.SignerNotAllowed.selector);
        channels.topUpBySession(id, 2 ether, own, signature);
    }

    function test_a_session_key_opens_only_in_its_scope_and_time() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        d.scope = 3;
        bytes32 keyId = delegateAs(d, BOB_SESSION);
        bytes memory signature = Keys.p256(BOB_SESSION, channels.openDigest(bob, keccak256(signer), "two", 1 ether));
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotActive.selector, keyId));
        channels.openBySession(bob, keccak256(signer), "two", 1 ether, d.signer, signature);

        signature = signedOpen(payeeKey, "two", 1 ether);
        bytes memory raised = signedTopUp(channelId, DEPOSIT + 1);
        keyId = keccak256(signer);
        vm.prank(alice);
        registry.revoke(keyId);
        bytes memory notActive = abi.encodeWithSelector(ISessionRegistry.SessionNotActive.selector, keyId);
        vm.expectRevert(notActive);
        channels.openBySession(alice, payeeKey, "two", 1 ether, signer, signature);
        vm.expectRevert(notActive);
        channels.topUpBySession(channelId, DEPOSIT + 1, signer, raised);
    }

    function test_a_session_key_opens_by_terms_that_are_terms() external {
        bytes[3] memory signatures = [signedOpen(payeeKey, "two", 0), signedOpen(0, "two", 1), signedOpen(keccak256(signer), "two", 1)];
        vm.expectRevert(IChannels.ZeroAmount.selector);
        channels.openBySession(alice, payeeKey, "two", 0, signer, signatures[0]);
        vm.expectRevert(IChannels.InvalidPayee.selector);
        channels.openBySession(alice, 0, "two", 1, signer, signatures[1]);
        vm.expectRevert(IChannels.InvalidPayee.selector);
        channels.openBySession(alice, keccak256(signer), "two", 1, signer, signatures[2]);
    }

    function test_a_session_key_takes_no_more_than_its_cap_and_no_more_than_is_allowed() external {
        bytes memory over = signedOpen(payeeKey, "two", 400 ether + 1);
        bytes memory capped = abi.encodeWithSelector(IChannels.CapExceeded.selector, 500 ether);
        vm.expectRevert(capped);
        channels.openBySession(alice, payeeKey, "two", 400 ether + 1, signer, over);
        openSigned("two", 300 ether);
        over = signedTopUp(channelId, DEPOSIT + 100 ether + 1);
        vm.expectRevert(capped);
        channels.topUpBySession(channelId, DEPOSIT + 100 ether + 1, signer, over);
        vm.prank(alice);
        token.approve(address(channels), 40 ether);
        raise(channelId, DEPOSIT + 40 ether);
        over = signedTopUp(channelId, DEPOSIT + 50 ether);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(channels), 0, 10 ether));
        channels.topUpBySession(channelId, DEPOSIT + 50 ether, signer, over);
    }

    function test_a_top_up_says_what_the_channel_holds_afterwards() external {
        bytes memory signature = signedTopUp(channelId, DEPOSIT + 5 ether);
        vm.expectEmit();
        emit IChannels.ChannelToppedUp(channelId, 5 ether, DEPOSIT + 5 ether);
        vm.prank(mallory);
        channels.topUpBySession(channelId, DEPOSIT + 5 ether, signer, signature);
        vm.assertEq(token.balanceOf(alice), 895 ether);
        vm.assertEq(channels.committedBy(keccak256(signer)), 105 ether);
        vm.expectRevert(abi.encodeWithSelector(IChannels.DepositNotRaised.selector, DEPOSIT + 5 ether));
        channels.topUpBySession(channelId, DEPOSIT + 5 ether, signer, signature);
        raise(channelId, DEPOSIT + 6 ether);
        vm.expectRevert(abi.encodeWithSelector(IChannels.DepositNotRaised.selector, DEPOSIT + 6 ether));
        channels.topUpBySession(channelId, DEPOSIT + 5 ether, signer, signature);
    }

    function test_only_the_key_of_a_channel_tops_it_up() external {
        delegate(ALICE_KEY, 0xF0F);
        bytes memory other = signerOf(0xF0F);
        bytes memory byOther = Keys.p256(0xF0F, channels.topUpDigest(channelId, DEPOSIT + 1));
        vm.expectRevert(IChannels.WrongSigner.selector);
        channels.topUpBySession(channelId, DEPOSIT + 1, other, byOther);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.topUpBySession(channelId, DEPOSIT + 1, signer, byOther);
        vm.expectRevert(abi.encodeWithSelector(IChannels.ChannelUnknown.selector, bytes32("none")));
        channels.topUpBySession("none", 1, signer, byOther);
    }

    function test_a_session_key_does_not_take_a_close_back() external {
        bytes memory signature = signedTopUp(channelId, DEPOSIT + 2 ether);
        vm.prank(alice);
        channels.requestClose(channelId);
        vm.expectRevert(IChannels.ClosePending.selector);
        channels.topUpBySession(channelId, DEPOSIT + 2 ether, signer, signature);
        vm.prank(alice);
        channels.topUp(channelId, 1 ether);
        channels.topUpBySession(channelId, DEPOSIT + 2 ether, signer, signature);
        IChannels.Settlement memory none = IChannels.Settlement(channelId, 0, "", "");
        vm.prank(bob);
        channels.close(none);
        signature = signedTopUp(channelId, DEPOSIT + 3 ether);
        vm.expectRevert(abi.encodeWithSelector(IChannels.ChannelIsClosed.selector, channelId));
        channels.topUpBySession(channelId, DEPOSIT + 3 ether, signer, signature);
    }

    function test_a_pause_stops_sessions_too() external {
        vm.prank(owner);
        parameters.pauseDeposits(true);
        bytes memory signature = signedOpen(payeeKey, "two", 1 ether);
        vm.expectRevert(IChannels.DepositsPaused.selector);
        channels.openBySession(alice, payeeKey, "two", 1 ether, signer, signature);
        signature = signedTopUp(channelId, DEPOSIT + 1);
        vm.expectRevert(IChannels.DepositsPaused.selector);
        channels.topUpBySession(channelId, DEPOSIT + 1, signer, signature);
    }

    function test_a_secp256k1_session_key_opens_and_tops_up() external {
        bytes memory key = abi.encodePacked(vm.addr(0x5EC));
        ISessionRegistry.Delegation memory d = delegationOf(alice, key);
        bytes memory possession = Keys.wallet(0x5EC, possessionDigest(d));
        vm.prank(alice);
        registry.delegate(d, "", possession);
        bytes memory signature = Keys.wallet(0x5EC, channels.openDigest(alice, payeeKey, "secp", 1 ether));
        bytes32 id = channels.openBySession(alice, payeeKey, "secp", 1 ether, key, signature);
        channels.topUpBySession(id, 2 ether, key, Keys.wallet(0x5EC, channels.topUpDigest(id, 2 ether)));
        vm.assertEq(channels.channel(id).deposit, 2 ether);
    }

    function test_words_for_another_contract_or_chain_open_and_raise_nothing() external {
        Channels second = new Channels(IERC20(address(token)), parameters, registry);
        vm.prank(alice);
        token.approve(address(second), type(uint256).max);
        bytes memory opened = signedOpen(payeeKey, "two", 1 ether);
        bytes memory raised = signedTopUp(channelId, DEPOSIT + 1);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        second.openBySession(alice, payeeKey, "two", 1 ether, signer, opened);
        vm.chainId(8_453);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.openBySession(alice, payeeKey, "two", 1 ether, signer, opened);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.topUpBySession(channelId, DEPOSIT + 1, signer, raised);
        vm.chainId(31_337);
        bytes32 other = channels.openBySession(alice, payeeKey, "two", 1 ether, signer, opened);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.topUpBySession(other, DEPOSIT + 1, signer, raised);
        // A voucher of as much raises nothing, and a top-up pays nothing.
        IChannels.Settlement memory one = voucher(other, 1 ether);
        one.signature = signedTopUp(other, 1 ether);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.settle(one);
        bytes memory asVoucher = voucher(other, 2 ether).signature;
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.topUpBySession(other, 2 ether, signer, asVoucher);
    }

    function testFuzz_however_it_is_topped_up_a_deposit_is_what_was_paid_in(uint128[4] memory deposits, uint8 byWallet) external {
        for (uint256 i = 0; i < 4; i++) {
            uint128 held = channels.channel(channelId).deposit;
            uint128 deposit = uint128(bound(deposits[i], 1, 450 ether));
            if (deposit <= held) {
                bytes memory signature = signedTopUp(channelId, deposit);
                vm.expectRevert(abi.encodeWithSelector(IChannels.DepositNotRaised.selector, held));
                channels.topUpBySession(channelId, deposit, signer, signature);
            } else if (byWallet >> i & 1 == 1) {
                vm.prank(alice);
                channels.topUp(channelId, deposit - held);
            } else {
                raise(channelId, deposit);
            }
            uint128 now_ = channels.channel(channelId).deposit;
            vm.assertEq(now_, deposit > held ? deposit : held);
            vm.assertEq(token.balanceOf(address(channels)), now_);
            vm.assertEq(channels.committedBy(keccak256(signer)), now_);
        }
    }
}
