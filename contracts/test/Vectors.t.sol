// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DrandBeacon} from "../src/DrandBeacon.sol";
import {IBeacon} from "../src/interfaces/IBeacon.sol";
import {IDisputes} from "../src/interfaces/IDisputes.sol";
import {IReceipts} from "../src/interfaces/IReceipts.sol";
import {DrawClock} from "../src/libraries/DrawClock.sol";
import {Equivocation} from "../src/libraries/Equivocation.sol";
import {Findings} from "../src/libraries/Findings.sol";
import {Merkle} from "../src/libraries/Merkle.sol";
import {DigestHarness} from "./harness/DigestHarness.sol";
import {vm} from "./harness/Vm.sol";

/// What TypeScript computes (test/vectors/contracts.json), computed here.
contract VectorsTest {
    string private vectors;

    function setUp() external {
        vectors = vm.readFile("test/vectors/contracts.json");
    }

    function item(string memory group, uint256 i, string memory key) private pure returns (string memory) {
        return string.concat(".", group, "[", vm.toString(i), "].", key);
    }

    function test_every_digest_of_every_type_is_the_same() external {
        string[12] memory types = [
            "Segment",
            "Receipt",
            "AuditCall",
            "AttestationCommitment",
            "Attestation",
            "SessionDelegation",
            "SessionPossession",
            "Voucher",
            "ChannelClose",
            "ChannelOpen",
            "ChannelTopUp",
            "ReceiptBatch"
        ];
        address reader = address(0x1111111111111111111111111111111111111111);
        vm.chainId(vm.parseJsonUint(vectors, ".domain.chainId"));
        // The domain is that of the address where the code runs.
        vm.etch(reader, address(new DigestHarness()).code);
        for (uint256 i = 0; i < types.length; i++) {
            string memory key = string.concat(".messages.", types[i]);
            bytes[] memory bodies = vm.parseJsonBytesArray(vectors, string.concat(key, ".bodies"));
            bytes32[] memory expected = vm.parseJsonBytes32Array(vectors, string.concat(key, ".digests"));
            bytes32[] memory found = DigestHarness(reader).digests(types[i], bodies);
            vm.assertEq(found.length, 10);
            for (uint256 j = 0; j < found.length; j++) {
                vm.assertEq(found[j], expected[j]);
            }
        }
    }

    function test_trees_are_those_of_typescript() external view {
        for (uint256 i = 0; i < 8; i++) {
            bytes32[] memory path = vm.parseJsonBytes32Array(vectors, item("trees", i, "path"));
            bytes32 root = vm.parseJsonBytes32(vectors, item("trees", i, "root"));
            bytes32 leaf = vm.parseJsonBytes32(vectors, item("trees", i, "leaf"));
            uint256 count = vm.parseJsonUint(vectors, item("trees", i, "count"));
            vm.assertTrue(Merkle.includes(root, count, leaf, vm.parseJsonUint(vectors, item("trees", i, "index")), path));
        }
    }

    /// Forty clocks, each certainly before the next: the order of binary64 is the order of the integers.
    function test_draws_have_the_order_of_typescript() external view {
        for (uint256 i = 0; i < 6; i++) {
            bytes32 randomness = vm.parseJsonBytes32(vectors, item("draws", i, "randomness"));
            bytes32 receiptHash = vm.parseJsonBytes32(vectors, item("draws", i, "receiptHash"));
            bytes[] memory keys = vm.parseJsonBytesArray(vectors, item("draws", i, "keys"));
            uint256[] memory stakes = vm.parseJsonUintArray(vectors, item("draws", i, "stakes"));
            uint256 last = DrawClock.ring(randomness, receiptHash, keys[0]);
            for (uint256 j = 1; j < keys.length; j++) {
                uint256 next = DrawClock.ring(randomness, receiptHash, keys[j]);
                vm.assertTrue(DrawClock.isSooner(last, stakes[j - 1], next, stakes[j]));
                vm.assertFalse(DrawClock.isSooner(next, stakes[j], last, stakes[j - 1]));
                last = next;
            }
        }
    }

    function test_reports_say_what_they_say_in_typescript() external view {
        for (uint256 i = 0; i < 6; i++) {
            bytes memory preimage = vm.parseJsonBytes(vectors, item("reports", i, "preimage"));
            bytes32 finding = Findings.read(vm.parseJsonBytes(vectors, item("reports", i, "report")));
            vm.assertEq(finding, preimage.length == 0 ? bytes32(0) : keccak256(preimage));
        }
    }

    function test_announced_roots_have_the_digest_of_typescript() external view {
        for (uint256 i = 0; i < 7; i++) {
            bytes memory body = vm.parseJsonBytes(vectors, item("roots", i, "body"));
            bytes32 found = Equivocation.read(IDisputes.Kind.Root, body, IReceipts(address(0))).digest;
            vm.assertEq(found, vm.parseJsonBytes32(vectors, item("roots", i, "digest")));
        }
    }

    function test_rounds_of_drand_verify_and_give_their_randomness() external {
        for (uint256 i = 0; i < 2; i++) {
            bytes memory key = vm.parseJsonBytes(vectors, item("beacons", i, "publicKey"));
            DrandBeacon beacon = new DrandBeacon(vm.parseJsonBytes32(vectors, item("beacons", i, "chainHash")), key, 1_692_803_367, 3);
            uint256[] memory rounds = vm.parseJsonUintArray(vectors, item("beacons", i, "rounds"));
            bytes[] memory signatures = vm.parseJsonBytesArray(vectors, item("beacons", i, "signatures"));
            bytes32[] memory randomness = vm.parseJsonBytes32Array(vectors, item("beacons", i, "randomness"));
            for (uint256 j = 0; j < rounds.length; j++) {
                vm.assertEq(beacon.randomnessOf(uint64(rounds[j]), signatures[j]), randomness[j]);
                vm.expectRevert(IBeacon.InvalidRound.selector);
                beacon.randomnessOf(uint64(rounds[j] + 1), signatures[j]);
            }
        }
    }
}
