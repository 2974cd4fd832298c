// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DrandBeacon} from "../src/DrandBeacon.sol";
import {IBeacon} from "../src/interfaces/IBeacon.sol";
import {vm} from "./harness/Vm.sol";

contract DrandBeaconTest {
    DrandBeacon private beacon;
    bytes private signature;
    bytes private publicKey;

    function setUp() external {
        string memory vectors = vm.readFile("test/vectors/contracts.json");
        publicKey = vm.parseJsonBytes(vectors, ".beacons[0].publicKey");
        signature = vm.parseJsonBytes(vectors, ".beacons[0].signatures[0]");
        beacon = new DrandBeacon("chain", publicKey, 1_692_803_367, 3);
    }

    function test_rounds_are_due_as_drand_says() external {
        vm.assertEq(beacon.timeOf(1), 1_692_803_367);
        vm.assertEq(beacon.timeOf(1_000), 1_692_803_367 + 999 * 3);
        vm.expectRevert(IBeacon.InvalidRound.selector);
        beacon.timeOf(0);
    }

    function test_what_is_no_signature_is_no_round() external {
        expectNoRound(1_001, signature);
        expectNoRound(1_000, new bytes(128));
        expectNoRound(1_000, abi.encodePacked(signature, hex"00"));
        bytes memory off = signature;
        off[127] ^= 0x01;
        expectNoRound(1_000, off);
        // Not reduced: the modulus is no coordinate.
        off[0] = 0x01;
        expectNoRound(1_000, off);
    }

    function expectNoRound(uint64 round, bytes memory what) private {
        vm.expectRevert(IBeacon.InvalidRound.selector);
        beacon.randomnessOf(round, what);
    }

    function test_without_a_precompile_nothing_is_deployed_and_nothing_believed() external {
        address[3] memory precompiles = [address(0x05), address(0x10), address(0x0b)];
        for (uint256 i = 0; i < 3; i++) {
            vm.mockCall(precompiles[i], "", "");
            vm.expectRevert(abi.encodeWithSelector(IBeacon.MissingPrecompile.selector, precompiles[i]));
            new DrandBeacon("chain", publicKey, 0, 3);
            vm.expectRevert(abi.encodeWithSelector(IBeacon.MissingPrecompile.selector, precompiles[i]));
            beacon.randomnessOf(1_000, signature);
            vm.clearMockedCalls();
        }
        vm.mockCall(address(0x0f), "", "");
        vm.expectRevert(abi.encodeWithSelector(IBeacon.MissingPrecompile.selector, address(0x0f)));
        beacon.randomnessOf(1_000, signature);
    }
}
