// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBeacon} from "../../src/interfaces/IBeacon.sol";

/// A beacon whose numbers the test chooses: the round's signature is hashed and never verified.
contract ScriptedBeacon is IBeacon {
    bytes32 public constant chainHash = keccak256("scripted");
    uint256 public constant periodSeconds = 3;
    uint256 private constant GENESIS = 1_700_000_000;

    function timeOf(uint64 round) external pure returns (uint256) {
        return GENESIS + (uint256(round) - 1) * periodSeconds;
    }

    function randomnessOf(uint64, bytes calldata signature) external pure returns (bytes32) {
        return sha256(signature);
    }
}
