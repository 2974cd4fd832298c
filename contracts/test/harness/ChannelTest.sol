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
        channelId = openAs(SALT, DEPOSIT);
    }

    function openAs(bytes32 salt, uint128 amount) internal returns (bytes32) {
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.prank(alice);
        return channels.open(bob, signer, salt, amount);
    }

    function voucher(bytes32 id, uint128 amount) internal view returns (IChannels.Settlement memory) {
        bytes memory signature = Keys.p256(ALICE_SESSION, channels.voucherDigest(id, amount));
        return IChannels.Settlement(id, amount, signerOf(ALICE_SESSION), signature);
    }
}
