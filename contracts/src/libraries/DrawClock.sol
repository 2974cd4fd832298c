// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Tagged} from "./Tagged.sol";

/// @title The clocks of the draw (protocol.md §5.6) without floating point
/// @notice Off the chain a verifier's clock rings at −ln(U)/stake in binary64, where ln is within 2 ulp and the division adds half of one: within
/// 2⁻⁵⁰ of the real number. Here U is the same binary64 number, to the last bit, and −ln(U) is computed to 2⁻¹²⁰, so two clocks that differ by
/// more than 2⁻⁴⁸ ring in the same order here and there. Closer ones have no order here, and whoever needs one is refused; that happens once in
/// some 10¹² draws.
library DrawClock {
    /// @dev Of −ln(U), as a multiple of 2⁻¹²⁷.
    uint256 private constant ONE = 1 << 127;
    /// @dev ⌊ln 2 · 2¹²⁷⌋.
    uint256 private constant LN2 = 0x58b90bfbe8e7bcd5e4f1d9cc01f97b57;
    /// @dev (1/9)⁴¹ is below 2⁻¹²⁹.
    uint256 private constant LAST_TERM = 81;
    uint256 private constant MARGIN_BITS = 48;

    /// @notice −ln(U) · 2¹²⁷ for U = (w + ½)/2⁵³ as binary64 rounds it, w the first 53 bits of H("draw", randomness, receiptHash, key).
    function ring(bytes32 randomness, bytes32 receiptHash, bytes memory key) internal pure returns (uint256) {
        bytes32 digest = Tagged.hash("draw", abi.encodePacked(randomness, receiptHash, key));
        return minusLn(uint256(digest) >> 203);
    }

    /// @param w 53 bits.
    function minusLn(uint256 w) internal pure returns (uint256) {
        // Below ½ the half fits the 53 bits of a binary64; above, it is rounded to even.
        if (w < 1 << 52) return _minusLn(2 * w + 1, 54);
        return _minusLn(w + (w & 1), 53);
    }

    /// @notice Whether a rings before b for certain, by whatever arithmetic. Both false, for (a, b) and (b, a): too close to tell.
    /// @param stakeA below 2⁵³, as `stakeB`.
    function isSooner(uint256 a, uint256 stakeA, uint256 b, uint256 stakeB) internal pure returns (bool) {
        uint256 left = a * stakeB;
        uint256 right = b * stakeA;
        return (left << MARGIN_BITS) + left < (right << MARGIN_BITS);
    }

    /// @dev −ln(n/2^k) = (k − b)·ln 2 + 2·artanh((1 − m)/(1 + m)), where n = m·2^b and ½ ≤ m < 1.
    function _minusLn(uint256 n, uint256 k) private pure returns (uint256) {
        if (n == 1 << k) return 0;
        uint256 b = 0;
        while (n >> b != 0) b++;
        uint256 s = (((1 << b) - n) << 127) / ((1 << b) + n);
        uint256 square = (s * s) >> 127;
        uint256 sum = 0;
        for (uint256 term = LAST_TERM; term > 1; term -= 2) {
            sum = ((sum * square) >> 127) + ONE / term;
        }
        sum = ((sum * square) >> 127) + ONE;
        return (k - b) * LN2 + ((2 * s * sum) >> 127);
    }
}
