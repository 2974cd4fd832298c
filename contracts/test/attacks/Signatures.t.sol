// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Errors} from "@openzeppelin/contracts/utils/Errors.sol";
import {P256Verifier} from "../../src/P256Verifier.sol";
import {IChannels} from "../../src/interfaces/IChannels.sol";
import {ISessionRegistry} from "../../src/interfaces/ISessionRegistry.sol";
import {Signatures} from "../../src/libraries/Signatures.sol";
import {ChannelTest} from "../harness/ChannelTest.sol";
import {Keys} from "../harness/Keys.sol";
import {vm} from "../harness/Vm.sol";
import {FickleWallet, SilentCode} from "../harness/Wallets.sol";

/// One statement has one signature, and only a key gives it.
contract SignaturesTest is ChannelTest {
    bytes32 private constant DIGEST = keccak256("digest");
    uint256 private constant SECP_SESSION = 0x5EC;

    function test_the_public_keys_that_are_written_down_are_those_of_their_secrets() external pure {
        uint256[5] memory secrets = [ALICE_SESSION, BOB_SESSION, BOB_PAYEE, uint256(0xF2E54), 0x1A7E5];
        for (uint256 i = 0; i < 5; i++) {
            vm.assertEq(Keys.p256Public(secrets[i]), Keys.p256PublicOf(secrets[i]));
        }
    }

    function test_a_high_s_is_no_signature_of_a_session_key() external {
        bytes memory signer = signerOf(ALICE_SESSION);
        registry.requireActive(signer, 1, DIGEST, Keys.p256(ALICE_SESSION, DIGEST));
        bytes memory high = Keys.p256HighS(ALICE_SESSION, DIGEST);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        registry.requireActive(signer, 1, DIGEST, high);
    }

    function test_a_high_s_is_no_signature_of_a_wallet() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        bytes memory high = Keys.walletHighS(BOB_KEY, delegationDigest(d));
        bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        registry.delegate(d, high, possession);
    }

    function test_a_signature_has_one_length() external {
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes memory signature = Keys.p256(ALICE_SESSION, DIGEST);
        bytes[4] memory wrong = [abi.encodePacked(signature, hex"00"), abi.encodePacked(signature, hex"1b"), bytes(""), hex"01"];
        for (uint256 i = 0; i < 4; i++) {
            vm.expectRevert(Signatures.InvalidSignature.selector);
            registry.requireActive(signer, 1, DIGEST, wrong[i]);
        }
        vm.assertTrue(verifier.verify(hex"00", DIGEST, signature) == bytes4(0xffffffff));
    }

    function testFuzz_no_bit_of_a_signature_can_be_changed(uint16 bit) external {
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes memory signature = Keys.p256(ALICE_SESSION, DIGEST);
        uint256 place = bit % 512;
        signature[place / 8] = bytes1(uint8(signature[place / 8]) ^ uint8(1 << (place % 8)));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        registry.requireActive(signer, 1, DIGEST, signature);
    }

    function test_only_two_kinds_of_signers_exist() external {
        bytes memory key = Keys.p256Public(BOB_SESSION);
        bytes[6] memory wrong = [
            bytes(""),
            key,
            abi.encodePacked(address(verifier), key, hex"00"),
            abi.encodePacked(new P256Verifier(), key),
            abi.encodePacked(address(verifier), new bytes(63)),
            abi.encodePacked(bob, hex"00")
        ];
        for (uint256 i = 0; i < 6; i++) {
            ISessionRegistry.Delegation memory d = delegationOf(bob, wrong[i]);
            bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
            vm.expectRevert(Signatures.UnknownSignerKind.selector);
            vm.prank(bob);
            registry.delegate(d, "", possession);
        }
    }

    function test_a_contract_is_no_session_key_because_it_could_disown() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, abi.encodePacked(address(new FickleWallet())));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        vm.prank(bob);
        registry.delegate(d, "", hex"1234");
    }

    function test_a_contract_may_be_a_wallet() external {
        FickleWallet wallet = new FickleWallet();
        ISessionRegistry.Delegation memory d = delegationOf(address(wallet), signerOf(BOB_SESSION));
        bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
        wallet.turn(false);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        registry.delegate(d, hex"1234", possession);
        wallet.turn(true);
        bytes32 keyId = registry.delegate(d, hex"1234", possession);
        // What is delegated stays so, whatever the wallet says later.
        wallet.turn(false);
        vm.assertTrue(registry.isActive(keyId, 7));
    }

    function test_a_contract_that_pays_does_so_by_a_session_key_only() external {
        FickleWallet wallet = new FickleWallet();
        token.drip(address(wallet));
        wallet.act(address(token), abi.encodeCall(token.approve, (address(channels), 10 ether)));
        bytes memory signer = abi.encodePacked(address(wallet));
        bytes memory result = wallet.act(address(channels), abi.encodeCall(channels.open, (payeeKey, signer, "fickle", 10 ether)));
        bytes32 id = abi.decode(result, (bytes32));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.settle(IChannels.Settlement(id, 1 ether, signer, hex"1234"));
    }

    /// An account that turns into code by EIP-7702 keeps its own key: it can neither be locked out nor disown.
    function test_an_account_that_delegates_to_code_still_answers_to_its_key() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        bytes memory consent = Keys.wallet(BOB_KEY, delegationDigest(d));
        bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
        vm.etch(bob, abi.encodePacked(hex"ef0100", address(new SilentCode())));
        registry.delegate(d, consent, possession);

        ISessionRegistry.Delegation memory forged = delegationOf(bob, signerOf(0xF0F));
        bytes memory held = Keys.p256(0xF0F, possessionDigest(forged));
        bytes memory byMallory = Keys.wallet(0xBAD, delegationDigest(forged));
        vm.expectRevert(Signatures.InvalidSignature.selector);
        registry.delegate(forged, byMallory, held);
    }

    function test_a_payer_that_turns_into_code_cannot_disown_its_vouchers() external {
        vm.prank(alice);
        bytes32 id = channels.open(payeeKey, abi.encodePacked(alice), "own", 10 ether);
        bytes memory signature = Keys.wallet(ALICE_KEY, channels.voucherDigest(id, 10 ether));
        vm.etch(alice, abi.encodePacked(hex"ef0100", address(new SilentCode())));
        vm.assertEq(channels.settle(IChannels.Settlement(id, 10 ether, abi.encodePacked(alice), signature)), 10 ether);
    }

    function test_a_secp256k1_session_key_that_turns_into_code_cannot_disown() external {
        address key = vm.addr(SECP_SESSION);
        ISessionRegistry.Delegation memory d = delegationOf(bob, abi.encodePacked(key));
        vm.prank(bob);
        registry.delegate(d, "", Keys.wallet(SECP_SESSION, possessionDigest(d)));
        vm.etch(key, address(new FickleWallet()).code);
        vm.assertEq(registry.requireAccountable(d.signer, DIGEST, Keys.wallet(SECP_SESSION, DIGEST)), bob);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        registry.requireAccountable(d.signer, DIGEST, hex"1234");
    }

    function test_without_the_precompile_everything_reverts_and_nothing_is_false() external {
        IChannels.Settlement memory one = voucher(channelId, 1 ether);
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes memory signature = Keys.p256(ALICE_SESSION, DIGEST);
        bytes memory missing = abi.encodeWithSelector(Errors.MissingPrecompile.selector, address(0x100));
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(BOB_SESSION));
        bytes memory possession = Keys.p256(BOB_SESSION, possessionDigest(d));
        bytes32 unclaimed = keyIdOf(BOB_SESSION);
        vm.prank(alice);
        bytes32 other = channels.open(unclaimed, signer, "unclaimed", 1 ether);
        bytes[4] memory words = [
            signedOpen(payeeKey, "two", 1 ether),
            signedTopUp(channelId, DEPOSIT + 1),
            consentTo(channelId, 1 ether),
            Keys.p256(BOB_SESSION, channels.closeDigest(other, 0))
        ];
        bytes memory payee = signerOf(BOB_PAYEE);
        vm.mockCall(address(0x100), "", "");
        vm.expectRevert(missing);
        registry.requireActive(signer, 1, DIGEST, signature);
        vm.expectRevert(missing);
        registry.requireAccountable(signer, DIGEST, signature);
        vm.expectRevert(missing);
        channels.settle(one);
        vm.expectRevert(missing);
        channels.openBySession(alice, payeeKey, "two", 1 ether, signer, words[0]);
        vm.expectRevert(missing);
        channels.topUpBySession(channelId, DEPOSIT + 1, signer, words[1]);
        vm.startPrank(alice);
        vm.expectRevert(missing);
        channels.closeWithConsent(channelId, 1 ether, payee, words[2]);
        vm.expectRevert(missing);
        channels.closeWithConsent(other, 0, d.signer, words[3]);
        vm.stopPrank();
        vm.expectRevert(missing);
        vm.prank(bob);
        registry.delegate(d, "", possession);
        vm.expectRevert(missing);
        new P256Verifier();
        vm.clearMockedCalls();
        channels.settle(one);
        channels.openBySession(alice, payeeKey, "two", 1 ether, signer, words[0]);
        channels.topUpBySession(channelId, DEPOSIT + 1, signer, words[1]);
        vm.startPrank(alice);
        channels.closeWithConsent(channelId, 1 ether, payee, words[2]);
        channels.closeWithConsent(other, 0, d.signer, words[3]);
        vm.stopPrank();
    }

    function test_a_high_s_opens_raises_closes_and_pays_nothing() external {
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes memory payee = signerOf(BOB_PAYEE);
        bytes[4] memory high = [
            Keys.p256HighS(ALICE_SESSION, channels.openDigest(alice, payeeKey, "two", 1 ether)),
            Keys.p256HighS(ALICE_SESSION, channels.topUpDigest(channelId, DEPOSIT + 1)),
            Keys.p256HighS(BOB_PAYEE, channels.closeDigest(channelId, 1 ether)),
            Keys.p256HighS(ALICE_SESSION, channels.voucherDigest(channelId, 1 ether))
        ];
        vm.startPrank(alice);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.openBySession(alice, payeeKey, "two", 1 ether, signer, high[0]);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.topUpBySession(channelId, DEPOSIT + 1, signer, high[1]);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.closeWithConsent(channelId, 1 ether, payee, high[2]);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.settle(IChannels.Settlement(channelId, 1 ether, signer, high[3]));
        vm.stopPrank();
    }

    /// A payee that is no key at all: nobody can delegate it, nobody consents, and the payer gets everything back.
    function test_a_payee_of_no_kind_is_never_paid() external {
        bytes[3] memory wrong =
            [bytes(""), abi.encodePacked(bob, hex"00"), abi.encodePacked(new P256Verifier(), Keys.p256Public(BOB_PAYEE))];
        bytes memory signer = signerOf(ALICE_SESSION);
        for (uint256 i = 0; i < 3; i++) {
            vm.prank(alice);
            bytes32 id = channels.open(keccak256(wrong[i]), signer, bytes32(i), 1 ether);
            bytes memory consent = Keys.p256(BOB_PAYEE, channels.closeDigest(id, 0));
            vm.startPrank(alice);
            vm.expectRevert(Signatures.UnknownSignerKind.selector);
            channels.closeWithConsent(id, 0, wrong[i], consent);
            channels.requestClose(id);
            vm.warp(vm.getBlockTimestamp() + 2 days);
            channels.finalizeClose(id);
            vm.stopPrank();
        }
        vm.assertEq(token.balanceOf(alice), 900 ether);
    }

    /// Neither a payer nor a payee's key that turns into code changes what was signed, or who is paid.
    function test_sessions_go_on_when_an_account_turns_into_code() external {
        address key = vm.addr(SECP_SESSION);
        bytes memory payee = abi.encodePacked(key);
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes memory signature = signedOpen(keccak256(payee), "code", 2 ether);
        bytes memory code = address(new FickleWallet()).code;
        vm.etch(alice, code);
        vm.etch(bob, code);
        vm.etch(key, code);
        bytes32 id = channels.openBySession(alice, keccak256(payee), "code", 2 ether, signer, signature);
        bytes memory consent = Keys.wallet(SECP_SESSION, channels.closeDigest(id, 0));
        vm.startPrank(alice);
        vm.expectRevert(Signatures.InvalidSignature.selector);
        channels.closeWithConsent(id, 0, payee, hex"1234");
        channels.closeWithConsent(id, 0, payee, consent);
        vm.stopPrank();
        vm.assertEq(channels.settle(voucher(channelId, 1 ether)), 1 ether);
        vm.assertEq(token.balanceOf(bob), 1_001 ether);
    }

    /// 40,000 gas do for a check that needs 7,000; with less, it runs out instead of saying no.
    function test_too_little_gas_is_no_answer() external view {
        bytes memory signer = signerOf(ALICE_SESSION);
        bytes memory signature = Keys.p256(ALICE_SESSION, DIGEST);
        for (uint256 gas = 2_000; gas < 60_000; gas += 1_000) {
            try registry.requireAccountable{gas: gas}(signer, DIGEST, signature) returns (address wallet) {
                vm.assertEq(wallet, alice);
            } catch (bytes memory why) {
                vm.assertTrue(why.length < 4 || bytes4(why) != Signatures.InvalidSignature.selector);
            }
        }
    }
}
