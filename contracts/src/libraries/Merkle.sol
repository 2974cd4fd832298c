// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Merkle trees of RFC 9162 §2.1, over SHA-256
/// @notice The same trees as `src/protocol/evidence/merkle.ts`; test/vectors holds the two together.
library Merkle {
    bytes1 private constant LEAF = 0x00;
    bytes1 private constant NODE = 0x01;

    /// @notice §2.1.3.2. Whatever does not fit is simply not included.
    function includes(bytes32 root, uint256 count, bytes32 leaf, uint256 index, bytes32[] memory path) internal pure returns (bool) {
        if (index >= count) return false;
        uint256 last = count - 1;
        bytes32 hash = sha256(abi.encodePacked(LEAF, leaf));
        for (uint256 i = 0; i < path.length; i++) {
            if (last == 0) return false;
            if (index % 2 == 1 || index == last) {
                hash = sha256(abi.encodePacked(NODE, path[i], hash));
                // A right edge without a brother is passed up as it is.
                while (index % 2 == 0 && index != 0) (index, last) = (index >> 1, last >> 1);
            } else {
                hash = sha256(abi.encodePacked(NODE, hash, path[i]));
            }
            (index, last) = (index >> 1, last >> 1);
        }
        return last == 0 && hash == root;
    }
}
