// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DrawClock} from "../src/libraries/DrawClock.sol";
import {vm} from "./harness/Vm.sol";

contract DrawClockTest {
    uint256 private constant TOP = (1 << 53) - 1;
    uint256 private constant LN2 = 0x58b90bfbe8e7bcd5e4f1d9cc01f97b57;

    function test_the_ends_of_the_scale_are_exact() external pure {
        // The largest w rounds to U = 1, whose clock rings at once.
        vm.assertEq(DrawClock.minusLn(TOP), 0);
        // U = 1 − 2⁻⁵²: −ln(U) = 2⁻⁵² + 2⁻¹⁰⁵ + …
        uint256 next = DrawClock.minusLn(TOP - 2);
        vm.assertLe(next, (1 << 75) + (1 << 22) + 64);
        vm.assertGe(next + 64, (1 << 75) + (1 << 22));
        // U = ½ + 2⁻⁵³ rounds to ½: ln 2.
        vm.assertGe(DrawClock.minusLn(1 << 52) + 64, LN2);
        vm.assertLe(DrawClock.minusLn(1 << 52), LN2);
        // U = 2⁻⁵⁴: 54 · ln 2.
        vm.assertGe(DrawClock.minusLn(0) + 64, 54 * LN2);
        vm.assertLe(DrawClock.minusLn(0), 54 * LN2);
    }

    function testFuzz_a_larger_number_rings_no_later(uint256 v, uint256 w) external pure {
        (v, w) = (v & TOP, w & TOP);
        if (v > w) (v, w) = (w, v);
        vm.assertGe(DrawClock.minusLn(v) + 128, DrawClock.minusLn(w));
    }

    /// −ln(U·V) = −ln(U) − ln(V), as far as the integers can say.
    function testFuzz_it_is_a_logarithm(uint32 a, uint32 b) external pure {
        uint256 m = (uint256(a) % (1 << 25)) * 2 + 1;
        uint256 n = (uint256(b) % (1 << 25)) * 2 + 1;
        // 2w + 1 = m·n, m, n: numerators over 2⁵⁴, so that U(mn)·2⁵⁴ = U(m)·2⁵⁴ · U(n)·2⁵⁴.
        uint256 left = DrawClock.minusLn((m * n - 1) / 2) + DrawClock.minusLn(0);
        uint256 right = DrawClock.minusLn((m - 1) / 2) + DrawClock.minusLn((n - 1) / 2);
        vm.assertLe(left > right ? left - right : right - left, 512);
    }

    function testFuzz_an_order_is_certain_in_one_direction_at_most(uint256 v, uint256 w, uint256 s, uint256 t) external pure {
        (v, w) = (DrawClock.minusLn(v & TOP), DrawClock.minusLn(w & TOP));
        (s, t) = (1 + (s & (TOP - 1)), 1 + (t & (TOP - 1)));
        vm.assertFalse(DrawClock.isSooner(v, s, w, t) && DrawClock.isSooner(w, t, v, s));
        if (v * t == w * s) vm.assertFalse(DrawClock.isSooner(v, s, w, t));
    }

    function test_clocks_closer_than_the_error_have_no_order() external pure {
        uint256 a = DrawClock.minusLn(1 << 50);
        vm.assertFalse(DrawClock.isSooner(a, 1e6, a + (a >> 49), 1e6));
        vm.assertFalse(DrawClock.isSooner(a + (a >> 49), 1e6, a, 1e6));
        vm.assertTrue(DrawClock.isSooner(a, 1e6, a + (a >> 47), 1e6));
        vm.assertTrue(DrawClock.isSooner(a, 2e6, a, 1e6));
    }
}
