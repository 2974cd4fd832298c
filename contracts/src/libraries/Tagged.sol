// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title H(purpose, parts…) of protocol.md §1.1
library Tagged {
    function hash(string memory purpose, bytes memory parts) internal pure returns (bytes32) {
        return sha256(abi.encodePacked("locus/1/", purpose, bytes1(0), parts));
    }
}
