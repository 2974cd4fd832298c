// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title As much of deterministic CBOR (protocol.md §1.2) as a report and a root need
library Cbor {
    /// Not the encoding of a value that this protocol has.
    error Malformed();
    error NoSuchField();

    uint256 private constant UNSIGNED = 0;
    uint256 private constant BYTES = 2;
    uint256 private constant TEXT = 3;
    uint256 private constant ARRAY = 4;
    uint256 private constant MAP = 5;
    uint256 private constant SIMPLE = 7;

    uint8 private constant FALSE = 0xf4;
    uint8 private constant TRUE = 0xf5;
    uint8 private constant NULL = 0xf6;

    /// @notice Where the value of a field of the map at `position` begins.
    function field(bytes memory data, uint256 position, bytes memory name) internal pure returns (uint256) {
        (uint256 major, uint256 count, uint256 next) = _head(data, position);
        if (major != MAP) revert Malformed();
        bytes32 wanted = keccak256(name);
        for (uint256 i = 0; i < count; i++) {
            (uint256 kind, uint256 length, uint256 start) = _head(data, next);
            if (kind != TEXT) revert Malformed();
            next = start + length;
            if (length == name.length && keccak256(_slice(data, start, length)) == wanted) return next;
            next = _skip(data, next);
        }
        revert NoSuchField();
    }

    function isNull(bytes memory data, uint256 position) internal pure returns (bool) {
        return _byteAt(data, position) == NULL;
    }

    function isTrue(bytes memory data, uint256 position) internal pure returns (bool) {
        return _byteAt(data, position) == TRUE;
    }

    function unsigned(bytes memory data, uint256 position) internal pure returns (uint256 value) {
        uint256 major;
        (major, value,) = _head(data, position);
        if (major != UNSIGNED) revert Malformed();
    }

    function word(bytes memory data, uint256 position) internal pure returns (bytes32) {
        (uint256 major, uint256 length, uint256 start) = _head(data, position);
        if (major != BYTES || length != 32) revert Malformed();
        return bytes32(_slice(data, start, 32));
    }

    /// @notice The shortest head of an unsigned integer, or of anything else of that length.
    function head(uint256 major, uint256 value) internal pure returns (bytes memory) {
        uint8 first = uint8(major << 5);
        if (value < 24) return abi.encodePacked(first | uint8(value));
        if (value <= type(uint8).max) return abi.encodePacked(first | 24, uint8(value));
        if (value <= type(uint16).max) return abi.encodePacked(first | 25, uint16(value));
        if (value <= type(uint32).max) return abi.encodePacked(first | 26, uint32(value));
        return abi.encodePacked(first | 27, uint64(value));
    }

    function text(string memory value) internal pure returns (bytes memory) {
        return abi.encodePacked(head(TEXT, bytes(value).length), value);
    }

    function byteString(bytes memory value) internal pure returns (bytes memory) {
        return abi.encodePacked(head(BYTES, value.length), value);
    }

    /// @dev Past the value at `position`. Each step of the loop passes one head, and containers add to what is left.
    function _skip(bytes memory data, uint256 position) private pure returns (uint256) {
        for (uint256 left = 1; left > 0; left--) {
            (uint256 major, uint256 value, uint256 next) = _head(data, position);
            position = next;
            if (major == BYTES || major == TEXT) position += value;
            if (major == ARRAY) left += value;
            if (major == MAP) left += 2 * value;
        }
        return position;
    }

    /// @dev Tags, negative numbers and indefinite lengths do not occur in a report. Floats and simple values are all head.
    function _head(bytes memory data, uint256 position) private pure returns (uint256 major, uint256 value, uint256 next) {
        uint8 first = _byteAt(data, position);
        major = first >> 5;
        value = first & 31;
        next = position + 1;
        bool isKnown = major == UNSIGNED || (major >= BYTES && major <= MAP) || major == SIMPLE;
        if (!isKnown || value > 27) revert Malformed();
        if (value >= 24) {
            uint256 width = 1 << (value - 24);
            value = 0;
            for (uint256 i = 0; i < width; i++) {
                value = (value << 8) | _byteAt(data, next + i);
            }
            next += width;
        }
    }

    function _byteAt(bytes memory data, uint256 position) private pure returns (uint8) {
        if (position >= data.length) revert Malformed();
        return uint8(data[position]);
    }

    function _slice(bytes memory data, uint256 start, uint256 length) private pure returns (bytes memory out) {
        if (start + length > data.length) revert Malformed();
        out = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            out[i] = data[start + i];
        }
    }
}
