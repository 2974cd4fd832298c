// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../../src/interfaces/IChannels.sol";
import {Keys} from "./Keys.sol";
import {LocusTest} from "./LocusTest.sol";
import {vm} from "./Vm.sol";

/// Alice pays Bob, by vouchers of a session key.
abstract contract ChannelTest is LocusTest {
    bytes32 internal constant SALT = "one";
    uint128 internal constant DEPOSIT = 100 ether;

    bytes32 internal channelId;

    function setUp() public virtual override {
        super.setUp();
        delegate(ALICE_KEY, ALICE_SESSION);
        delegate(BOB_KEY, BOB_PAYEE);
        channelId = openAs(SALT, DEPOSIT);
    }

    function openAs(bytes32 salt, uint128 amount) internal returns (bytes32) {
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.prank(alice);
        return channels.open(payeeKey, signer, salt, amount);
    }

    function consentTo(bytes32 id, uint128 amount) internal view returns (bytes memory) {
        return Keys.p256(BOB_PAYEE, channels.closeDigest(id, amount));
    }

    /// Signed by Alice's session, for anybody to hand in.
    function signedOpen(bytes32 payee, bytes32 salt, uint128 amount) internal view returns (bytes memory) {
        return Keys.p256(ALICE_SESSION, channels.openDigest(alice, payee, salt, amount));
    }

    function signedTopUp(bytes32 id, uint128 deposit) internal view returns (bytes memory) {
        return Keys.p256(ALICE_SESSION, channels.topUpDigest(id, deposit));
    }

    function voucher(bytes32 id, uint128 amount) internal view returns (IChannels.Settlement memory) {
        bytes memory signature = Keys.p256(ALICE_SESSION, channels.voucherDigest(id, amount));
        return IChannels.Settlement(id, amount, signerOf(ALICE_SESSION), signature);
    }
}
