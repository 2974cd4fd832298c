// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Merkle} from "../src/libraries/Merkle.sol";
import {vm} from "./harness/Vm.sol";

contract MerkleTest {
    struct Proof {
        bytes32 root;
        uint256 count;
        bytes32 leaf;
        uint256 index;
        bytes32[] path;
    }

    function testFuzz_every_leaf_is_included_where_it_stands_and_nowhere_else(bytes32 seed, uint8 size, uint8 place, uint8 other)
        external
        pure
    {
        Proof memory proof = proofOf(leavesOf(seed, 1 + uint256(size) % 70), place);
        vm.assertTrue(holds(proof));
        uint256 index = proof.index;
        proof.index = other;
        vm.assertEq(holds(proof), other == index);
        proof.index = index;
        bytes32[] memory path = proof.path;
        proof.path = append(path, seed);
        vm.assertFalse(holds(proof));
        if (path.length > 0) {
            proof.path = shorten(path);
            vm.assertFalse(holds(proof));
        }
        proof.path = path;
        proof.leaf = keccak256("no leaf");
        vm.assertFalse(holds(proof));
    }

    function proofOf(bytes32[] memory leaves, uint256 place) private pure returns (Proof memory) {
        uint256 index = place % leaves.length;
        return Proof(rootOf(leaves), leaves.length, leaves[index], index, pathOf(leaves, index));
    }

    function holds(Proof memory p) private pure returns (bool) {
        return Merkle.includes(p.root, p.count, p.leaf, p.index, p.path);
    }

    /// A node is no leaf: the two are hashed under different prefixes.
    function test_a_node_cannot_pose_as_a_leaf() external pure {
        bytes32[] memory leaves = leavesOf("seed", 4);
        bytes32 node = sha256(abi.encodePacked(bytes1(0x01), leafHash(leaves[0]), leafHash(leaves[1])));
        bytes32[] memory path = new bytes32[](1);
        path[0] = sha256(abi.encodePacked(bytes1(0x01), leafHash(leaves[2]), leafHash(leaves[3])));
        vm.assertFalse(Merkle.includes(rootOf(leaves), 2, node, 0, path));
    }

    /// Whoever commits chooses the root, so a root above the tree that its count describes must not do either.
    function test_a_path_is_no_longer_than_its_tree() external pure {
        bytes32[] memory path = new bytes32[](1);
        path[0] = keccak256("brother");
        bytes32 above = sha256(abi.encodePacked(bytes1(0x01), path[0], leafHash("leaf")));
        vm.assertFalse(Merkle.includes(above, 1, "leaf", 0, path));
    }

    function test_an_empty_tree_includes_nothing() external pure {
        vm.assertFalse(Merkle.includes(sha256(""), 0, 0, 0, new bytes32[](0)));
    }

    function leavesOf(bytes32 seed, uint256 count) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; i++) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
    }

    /// §2.1.1, as it is written there.
    function rootOf(bytes32[] memory leaves) private pure returns (bytes32) {
        if (leaves.length == 1) return leafHash(leaves[0]);
        uint256 split = splitOf(leaves.length);
        bytes32 left = rootOf(part(leaves, 0, split));
        return sha256(abi.encodePacked(bytes1(0x01), left, rootOf(part(leaves, split, leaves.length))));
    }

    /// §2.1.3.1.
    function pathOf(bytes32[] memory leaves, uint256 index) private pure returns (bytes32[] memory) {
        if (leaves.length == 1) return new bytes32[](0);
        uint256 split = splitOf(leaves.length);
        bytes32[] memory left = part(leaves, 0, split);
        bytes32[] memory right = part(leaves, split, leaves.length);
        if (index < split) return append(pathOf(left, index), rootOf(right));
        return append(pathOf(right, index - split), rootOf(left));
    }

    function leafHash(bytes32 leaf) private pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x00), leaf));
    }

    function splitOf(uint256 count) private pure returns (uint256 split) {
        for (split = 1; split * 2 < count;) {
            split *= 2;
        }
    }

    function part(bytes32[] memory all, uint256 from, uint256 to) private pure returns (bytes32[] memory out) {
        out = new bytes32[](to - from);
        for (uint256 i = from; i < to; i++) {
            out[i - from] = all[i];
        }
    }

    function append(bytes32[] memory path, bytes32 node) private pure returns (bytes32[] memory out) {
        out = new bytes32[](path.length + 1);
        for (uint256 i = 0; i < path.length; i++) {
            out[i] = path[i];
        }
        out[path.length] = node;
    }

    function shorten(bytes32[] memory path) private pure returns (bytes32[] memory out) {
        out = new bytes32[](path.length - 1);
        for (uint256 i = 0; i < out.length; i++) {
            out[i] = path[i];
        }
    }
}
