// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cbor} from "../src/libraries/Cbor.sol";
import {Findings} from "../src/libraries/Findings.sol";
import {Reports} from "./harness/Reports.sol";
import {vm} from "./harness/Vm.sol";

contract CborTest {
    /// What a stranger's bytes can do is revert: called from outside, so that a test can see it.
    function read(bytes calldata report) external pure returns (bytes32) {
        return Findings.read(report);
    }

    function field(bytes calldata data, bytes calldata name) external pure returns (uint256) {
        return Cbor.field(data, 0, name);
    }

    function word(bytes calldata data) external pure returns (bytes32) {
        return Cbor.word(data, 0);
    }

    function unsigned(bytes calldata data) external pure returns (uint256) {
        return Cbor.unsigned(data, 0);
    }

    function test_a_finding_is_what_the_report_says() external view {
        bytes32 rowsHash = keccak256("rows");
        vm.assertEq(this.read(Reports.differing(25, rowsHash)), keccak256(abi.encode("differs", 25, rowsHash)));
        vm.assertEq(this.read(Reports.otherToken(300, hex"1903e8")), keccak256(abi.encode("other-token", 300, 1_000)));
        vm.assertEq(this.read(Reports.otherToken(300, hex"f6")), keccak256(abi.encode("other-token", 300, type(uint256).max)));
        vm.assertEq(this.read(Reports.clean()), 0);
        vm.assertEq(this.read(Reports.tolerant()), 0);
    }

    function test_heads_are_the_shortest() external pure {
        vm.assertEq(Cbor.head(0, 23), hex"17");
        vm.assertEq(Cbor.head(0, 24), hex"1818");
        vm.assertEq(Cbor.head(0, 255), hex"18ff");
        vm.assertEq(Cbor.head(0, 256), hex"190100");
        vm.assertEq(Cbor.head(0, 65_535), hex"19ffff");
        vm.assertEq(Cbor.head(0, 65_536), hex"1a00010000");
        vm.assertEq(Cbor.head(0, type(uint32).max), hex"1affffffff");
        vm.assertEq(Cbor.head(0, uint256(type(uint32).max) + 1), hex"1b0000000100000000");
        vm.assertEq(Cbor.text("abc"), hex"63616263");
        vm.assertEq(Cbor.byteString(hex"0102"), hex"420102");
    }

    function test_what_is_not_of_this_protocol_is_malformed() external {
        bytes[9] memory wrong = [
            bytes(hex""),
            hex"80",
            // A map whose name is a number.
            hex"a10102",
            // A negative number, a tag, an indefinite length, a reserved head, a name beyond the end.
            hex"a2616120616200",
            hex"a26161c100616200",
            hex"a261615f41ff616200",
            hex"a261611c616200",
            hex"a16961",
            // A value that ends before its head says.
            hex"a2616118"
        ];
        for (uint256 i = 0; i < wrong.length; i++) {
            vm.expectRevert(Cbor.Malformed.selector);
            this.field(wrong[i], "b");
        }
        vm.expectRevert(Cbor.NoSuchField.selector);
        this.field(hex"a1616100", "b");
        vm.expectRevert(Cbor.Malformed.selector);
        this.word(hex"41ff");
        vm.expectRevert(Cbor.Malformed.selector);
        this.word(hex"00");
        vm.expectRevert(Cbor.Malformed.selector);
        this.word(hex"5820ff");
        vm.expectRevert(Cbor.Malformed.selector);
        this.unsigned(hex"41ff");
        vm.assertEq(this.field(hex"a2616182a1616100820102616205", "b"), 13);
    }

    function testFuzz_strangers_bytes_end(bytes calldata data) external view {
        try this.read(data) {} catch {}
    }

    function testFuzz_an_integer_survives_its_head(uint64 value) external view {
        vm.assertEq(this.unsigned(Cbor.head(0, value)), value);
    }
}
