// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Channels} from "../../src/Channels.sol";
import {Receipts} from "../../src/Receipts.sol";
import {SessionRegistry} from "../../src/SessionRegistry.sol";
import {IChannels} from "../../src/interfaces/IChannels.sol";
import {IDisputes} from "../../src/interfaces/IDisputes.sol";
import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {ISessionRegistry} from "../../src/interfaces/ISessionRegistry.sol";
import {Signatures} from "../../src/libraries/Signatures.sol";
import {Statements} from "../../src/libraries/Statements.sol";
import {ChannelTest} from "../harness/ChannelTest.sol";
import {Keys} from "../harness/Keys.sol";
import {vm} from "../harness/Vm.sol";

/// What was signed for one place is worth nothing in another.
contract ReplayTest is ChannelTest {
    function test_a_voucher_is_for_its_channel() external {
        bytes32 other = openAs("two", DEPOSIT);
        IChannels.Settlement memory one = voucher(channelId, 10 ether);
        one.channelId = other;
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.settle(one);
    }

    function test_a_voucher_is_for_its_contract() external {
        Channels second = new Channels(IERC20(address(token)), parameters, registry);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.startPrank(alice);
        token.approve(address(second), DEPOSIT);
        bytes32 id = second.open(payeeKey, signer, SALT, DEPOSIT);
        vm.stopPrank();
        vm.assertTrue(id != channelId);
        IChannels.Settlement memory one = voucher(channelId, 10 ether);
        one.channelId = id;
        vm.expectRevert(Signatures.InvalidSignature.selector);
        second.settle(one);
        one.signature = Keys.p256(ALICE_SESSION, channels.voucherDigest(id, 10 ether));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        second.settle(one);
    }

    function test_a_voucher_is_for_its_chain() external {
        IChannels.Settlement memory one = voucher(channelId, 10 ether);
        vm.chainId(8_453);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.settle(one);
        vm.chainId(31_337);
        vm.assertEq(channels.settle(one), 10 ether);
    }

    function test_a_voucher_settles_once() external {
        IChannels.Settlement memory one = voucher(channelId, 10 ether);
        vm.assertEq(channels.settle(one), 10 ether);
        vm.assertEq(channels.settle(one), 0);
        IChannels.Settlement[] memory twice = new IChannels.Settlement[](2);
        (twice[0], twice[1]) = (voucher(channelId, 15 ether), voucher(channelId, 15 ether));
        vm.assertEq(channels.settleMany(twice), 5 ether);
    }

    function test_a_voucher_is_no_consent_to_close_and_the_reverse() external {
        bytes memory payee = signerOf(BOB_PAYEE);
        bytes memory asClose = Keys.p256(BOB_PAYEE, channels.voucherDigest(channelId, 10 ether));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        vm.prank(alice);
        channels.closeWithConsent(channelId, 10 ether, payee, asClose);
        IChannels.Settlement memory one = voucher(channelId, 10 ether);
        one.signature = Keys.p256(ALICE_SESSION, channels.closeDigest(channelId, 10 ether));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.settle(one);
    }

    function test_a_consent_is_for_its_channel_key_contract_and_chain() external {
        bytes32 other = openAs("two", DEPOSIT);
        bytes memory payee = signerOf(BOB_PAYEE);
        bytes memory consent = consentTo(channelId, 1 ether);
        Channels second = new Channels(IERC20(address(token)), parameters, registry);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.startPrank(alice);
        token.approve(address(second), DEPOSIT);
        bytes32 there = second.open(payeeKey, signer, SALT, DEPOSIT);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        second.closeWithConsent(there, 1 ether, payee, consent);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.closeWithConsent(other, 1 ether, payee, consent);
        vm.expectRevert(IChannels.WrongSigner.selector);
        channels.closeWithConsent(channelId, 1 ether, signer, consent);
        vm.chainId(8_453);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.closeWithConsent(channelId, 1 ether, payee, consent);
        vm.chainId(31_337);
        channels.closeWithConsent(channelId, 1 ether, payee, consent);
        vm.expectRevert(abi.encodeWithSelector(IChannels.ChannelIsClosed.selector, channelId));
        channels.closeWithConsent(channelId, 1 ether, payee, consent);
        vm.stopPrank();
    }

    /// Two honest segments of two jobs, and one of them passed off as of the other's job.
    function test_a_statement_is_for_its_job() external {
        bondFor(alice, 100 ether);
        Statements.Segment memory a = Statements.Segment("job", 1, "a");
        Statements.Segment memory b = Statements.Segment("other job", 1, "b");
        bytes memory signature = Keys.p256(ALICE_SESSION, Statements.digest(b));
        IDisputes.Statement memory one =
            IDisputes.Statement(IDisputes.Kind.Segment, abi.encode(a), Keys.p256(ALICE_SESSION, Statements.digest(a)));
        expectUnproved(one, IDisputes.Statement(IDisputes.Kind.Segment, abi.encode(b), signature), IDisputes.NotTheSameThing.selector);
        b.jobId = "job";
        expectUnproved(one, IDisputes.Statement(IDisputes.Kind.Segment, abi.encode(b), signature), Signatures.InvalidSignature.selector);
    }

    function expectUnproved(IDisputes.Statement memory one, IDisputes.Statement memory other, bytes4 why) private {
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.prank(bob);
        disputes.announce(keccak256(abi.encode(bob, keccak256(abi.encode(signer, one, other)), bytes32("salt"))));
        vm.roll(vm.getBlockNumber() + 1);
        vm.expectRevert(why);
        vm.prank(bob);
        disputes.proveEquivocation(signer, one, other, "salt");
    }

    function test_a_delegation_is_for_its_chain_and_registry() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        bytes memory consent = Keys.wallet(BOB_KEY, delegationDigest(d));
        bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
        SessionRegistry second = new SessionRegistry(address(verifier));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        second.delegate(d, consent, possession);
        vm.chainId(8_453);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        registry.delegate(d, consent, possession);
        vm.chainId(31_337);
        registry.delegate(d, consent, possession);
    }

    function test_a_possession_is_for_one_delegation() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
        d.wallet = mallory;
        vm.expectRevert(Signatures.InvalidSignature.selector);
        vm.prank(mallory);
        registry.delegate(d, "", possession);
    }

    function test_a_batch_is_for_its_chain_contract_participant_kind_and_epoch() external {
        IReceipts.Batch memory b = IReceipts.Batch(alice, 0, uint64(NOW / 60 - 1), keccak256("root"), 1, 0, uint64(BLOCK - 1));
        bytes memory signature = Keys.p256(ALICE_SESSION, receipts.batchDigest(b));
        Receipts second = new Receipts(registry, stake);
        expectInvalid(second, b, signature);
        vm.chainId(8_453);
        expectInvalid(receipts, b, signature);
        vm.chainId(31_337);
        b.epoch--;
        expectInvalid(receipts, b, signature);
        b.epoch++;
        b.kind = 2;
        expectInvalid(receipts, b, signature);
        b.kind = 0;
        b.participant = bob;
        expectInvalid(receipts, b, signature);
    }

    function expectInvalid(Receipts where, IReceipts.Batch memory b, bytes memory signature) private {
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        where.commit(b, signer, signature);
    }
}
