// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISessionRegistry} from "../src/interfaces/ISessionRegistry.sol";
import {Signatures} from "../src/libraries/Signatures.sol";
import {Keys} from "./harness/Keys.sol";
import {LocusTest} from "./harness/LocusTest.sol";
import {vm} from "./harness/Vm.sol";

contract SessionRegistryTest is LocusTest {
    uint256 private constant SECP_SESSION = 0x5EC;

    function test_a_wallet_delegates_by_signature_and_anybody_hands_it_in() external {
        ISessionRegistry.Delegation memory d = delegationOf(alice, signerOf(ALICE_SESSION));
        bytes memory consent = Keys.wallet(ALICE_KEY, delegationDigest(d));
        bytes memory possession = Keys.p256(ALICE_SESSION, possessionDigest(d));
        bytes32 keyId = keccak256(d.signer);
        vm.expectEmit();
        emit ISessionRegistry.SessionDelegated(keyId, alice, d);
        vm.prank(mallory);
        registry.delegate(d, consent, possession);
        ISessionRegistry.Session memory s = registry.session(keyId);
        vm.assertEq(s.wallet, alice);
        vm.assertEq(s.cap, d.cap);
        vm.assertEq(s.scope, d.scope);
        vm.assertTrue(registry.isActive(keyId, 7));
        vm.assertFalse(registry.isActive(keyId, 8));
        vm.assertEq(registry.accountableUntil(keyId), d.validUntil + 7 days);
    }

    function test_a_secp256k1_key_may_be_a_session_key() external {
        ISessionRegistry.Delegation memory d = delegationOf(alice, abi.encodePacked(vm.addr(SECP_SESSION)));
        vm.prank(alice);
        registry.delegate(d, "", Keys.wallet(SECP_SESSION, possessionDigest(d)));
        bytes32 digest = keccak256("work");
        address found = registry.requireActive(d.signer, 1, digest, Keys.wallet(SECP_SESSION, digest));
        vm.assertEq(found, alice);
    }

    function test_nobody_delegates_for_a_wallet_that_has_not_signed() external {
        ISessionRegistry.Delegation memory d = delegationOf(alice, signerOf(BOB_SESSION));
        bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
        bytes memory consent = Keys.wallet(BOB_KEY, delegationDigest(d));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        vm.prank(bob);
        registry.delegate(d, consent, possession);
    }

    function test_nobody_delegates_a_key_that_it_does_not_hold() external {
        ISessionRegistry.Delegation memory d = delegationOf(alice, signerOf(BOB_SESSION));
        bytes memory possession = Keys.p256(ALICE_SESSION, possessionDigest(d));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        vm.prank(alice);
        registry.delegate(d, "", possession);
    }

    function test_a_key_is_never_used_twice() external {
        bytes32 keyId = delegate(ALICE_KEY, ALICE_SESSION);
        vm.prank(alice);
        registry.revoke(keyId);
        vm.warp(NOW + 60 days);
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(ALICE_SESSION));
        bytes memory possession = Keys.p256(ALICE_SESSION, possessionDigest(d));
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.KeyAlreadyUsed.selector, keyId));
        vm.prank(bob);
        registry.delegate(d, "", possession);
    }

    function test_a_delegation_that_is_none_is_refused() external {
        ISessionRegistry.Delegation memory d = delegationOf(alice, signerOf(ALICE_SESSION));
        d.validUntil = d.validAfter;
        expectInvalid(d);
        d.validUntil = d.validAfter + 30 days + 1;
        expectInvalid(d);
        d = delegationOf(alice, d.signer);
        d.validAfter = uint64(NOW - 10 days);
        d.validUntil = uint64(NOW);
        expectInvalid(d);
        d = delegationOf(alice, d.signer);
        d.scope = 0;
        expectInvalid(d);
        expectInvalid(delegationOf(address(0), d.signer));
    }

    function expectInvalid(ISessionRegistry.Delegation memory d) private {
        vm.expectRevert(ISessionRegistry.InvalidDelegation.selector);
        registry.delegate(d, "", "");
    }

    function test_a_session_that_has_not_begun_signs_nothing() external {
        ISessionRegistry.Delegation memory d = delegationOf(alice, signerOf(ALICE_SESSION));
        d.validAfter = uint64(NOW + 1 hours);
        bytes32 keyId = delegateAs(d, ALICE_SESSION);
        vm.assertFalse(registry.isActive(keyId, 1));
        vm.warp(NOW + 1 hours);
        vm.assertTrue(registry.isActive(keyId, 1));
    }

    function test_a_revoked_key_signs_no_new_work_and_answers_for_the_old() external {
        bytes32 keyId = delegate(ALICE_KEY, ALICE_SESSION);
        bytes32 digest = keccak256("work");
        bytes memory signature = Keys.p256(ALICE_SESSION, digest);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.assertEq(registry.requireActive(signer, 1, digest, signature), alice);
        vm.expectEmit();
        emit ISessionRegistry.SessionRevoked(keyId, alice, NOW + 7 days);
        vm.prank(alice);
        registry.revoke(keyId);
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotActive.selector, keyId));
        registry.requireActive(signer, 1, digest, signature);
        vm.warp(NOW + 7 days - 1);
        vm.assertEq(registry.requireAccountable(signer, digest, signature), alice);
        vm.warp(NOW + 7 days);
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotAccountable.selector, keyId));
        registry.requireAccountable(signer, digest, signature);
    }

    function test_only_its_wallet_revokes_and_only_once() external {
        bytes32 keyId = delegate(ALICE_KEY, ALICE_SESSION);
        vm.expectRevert(ISessionRegistry.NotTheWallet.selector);
        vm.prank(mallory);
        registry.revoke(keyId);
        vm.startPrank(alice);
        registry.revoke(keyId);
        vm.expectRevert(ISessionRegistry.AlreadyEnded.selector);
        registry.revoke(keyId);
        vm.stopPrank();
    }

    function test_a_key_that_nobody_delegated_answers_for_nothing() external {
        bytes memory signer = signerOf(BOB_SESSION);
        vm.assertEq(registry.accountableUntil(keccak256(signer)), 0);
        vm.expectRevert(abi.encodeWithSelector(ISessionRegistry.SessionNotAccountable.selector, keccak256(signer)));
        registry.requireAccountable(signer, 0, "");
    }

    function testFuzz_a_session_is_active_exactly_between_its_dates(uint32 start, uint32 length, uint64 moment) external {
        start = uint32(bound(start, 0, 365 days));
        length = uint32(bound(length, 1, 30 days));
        ISessionRegistry.Delegation memory d = delegationOf(alice, signerOf(ALICE_SESSION));
        d.validAfter = uint64(NOW + start);
        d.validUntil = d.validAfter + length;
        bytes32 keyId = delegateAs(d, ALICE_SESSION);
        moment = uint64(bound(moment, NOW, NOW + 500 days));
        vm.warp(moment);
        vm.assertEq(registry.isActive(keyId, 7), moment >= d.validAfter && moment < d.validUntil);
    }

    function testFuzz_no_change_of_a_delegation_keeps_its_signatures(uint8 which, uint64 salt) external {
        ISessionRegistry.Delegation memory d = delegationOf(alice, signerOf(ALICE_SESSION));
        bytes memory consent = Keys.wallet(ALICE_KEY, delegationDigest(d));
        bytes memory possession = Keys.p256(ALICE_SESSION, possessionDigest(d));
        which = which % 6;
        if (which == 0) d.wallet = address(uint160(uint256(keccak256(abi.encode(salt)))));
        if (which == 1) d.scope = uint32(bound(salt, 8, type(uint32).max));
        if (which == 2) d.cap += 1 + uint128(salt);
        if (which == 3) d.validAfter -= uint64(bound(salt, 1, 100));
        if (which == 4) d.validUntil -= uint64(bound(salt, 1, 100));
        if (which == 5) d.origin = vm.toString(salt);
        if (which == 3) d.validUntil -= 1 days;
        vm.expectRevert(Signatures.InvalidSignature.selector);
        registry.delegate(d, consent, possession);
    }
}
