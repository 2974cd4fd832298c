// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Reports as `encodeCbor` writes them: a map of twelve, in the order of the encoded names (protocol.md §4.4).
library Reports {
    /// The rows of a segment came out different.
    function differing(uint8 segment, bytes32 rowsHash) internal pure returns (bytes memory) {
        bytes memory difference = with(hex"a2", "segment", abi.encodePacked(hex"18", segment));
        difference = with(difference, "rowsHash", abi.encodePacked(hex"5820", rowsHash));
        return write(hex"f5", hex"f6", difference, hex"f6");
    }

    /// The rule chooses another token; `chosen` is its CBOR, null where the row holds no number.
    function otherToken(uint16 position, bytes memory chosen) internal pure returns (bytes memory) {
        return write(hex"f5", chosen, hex"f6", abi.encodePacked(hex"19", position));
    }

    function clean() internal pure returns (bytes memory) {
        return write(hex"f5", hex"f6", hex"f6", hex"f6");
    }

    function tolerant() internal pure returns (bytes memory) {
        return write(hex"f4", hex"f6", hex"f6", hex"f6");
    }

    function write(bytes memory exactPair, bytes memory chosen, bytes memory difference, bytes memory mismatch)
        internal
        pure
        returns (bytes memory)
    {
        bytes memory out = hex"ac";
        out = with(out, "probes", hex"82fa3f800000f93c00");
        out = with(out, "tokens", hex"1840");
        out = with(out, "segments", abi.encodePacked(hex"81", with(with(hex"a2", "tokens", hex"1820"), "rowsEqual", hex"f4")));
        out = with(out, "elapsedMs", hex"fb40934a456d5cfaad");
        out = with(out, "exactPair", exactPair);
        out = with(out, "maxMargin", hex"00");
        out = with(out, "meanMargin", hex"f90000");
        out = with(out, "firstChosen", chosen);
        out = with(out, "tokensMatched", hex"1840");
        out = with(out, "tokensNotKept", hex"00");
        out = with(out, "firstDifference", difference);
        return with(out, "firstTokenMismatch", mismatch);
    }

    function with(bytes memory map, bytes memory name, bytes memory value) private pure returns (bytes memory) {
        return abi.encodePacked(map, uint8(0x60 + name.length), name, value);
    }
}
