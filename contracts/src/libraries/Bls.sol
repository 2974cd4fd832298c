// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBeacon} from "../interfaces/IBeacon.sol";

/// @title BLS12-381 signatures in G1 (RFC 9380 §8.8.1) by the precompiles of EIP-2537
/// @notice Points are encoded as there: every field element is 64 bytes, big-endian. Precompiles refuse what is not on the curve or not reduced.
library Bls {
    address private constant MODEXP = address(0x05);
    address private constant G1_ADD = address(0x0b);
    address private constant PAIRING = address(0x0f);
    address private constant MAP_FP_TO_G1 = address(0x10);

    bytes private constant TAG = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

    /// @dev The field's modulus, in 64 bytes.
    bytes private constant P =
        hex"000000000000000000000000000000001a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
    /// @dev (P − 1)/2, above which a y is the larger of its two values.
    uint256 private constant HALF_P_HIGH = 0x0d0088f51cbff34d258dd3db21a5d66b;
    uint256 private constant HALF_P_LOW = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;

    bytes private constant MINUS_G2 =
        hex"00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb80000000000000000000000000000000013e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e000000000000000000000000000000000d1b3cc2c7027888be51d9ef691d77bcb679afda66c73f17f9ee3837a55024f78c71363275a75d75d86bab79f74782aa0000000000000000000000000000000013fa4d4a0ad8b1ce186ed5061789213d993923066dddaf1040bc3ff59f825c78df74f2d75467e25e0f55f8a00fa030ed";

    /// @notice e(signature, −g₂) · e(H(message), publicKey) = 1.
    function isSigned(bytes memory publicKey, bytes32 message, bytes memory signature) internal view returns (bool) {
        bytes memory input = abi.encodePacked(signature, MINUS_G2, hashToG1(message), publicKey);
        (bool ok, bytes memory result) = PAIRING.staticcall(input);
        if (ok && result.length == 0) revert IBeacon.MissingPrecompile(PAIRING);
        return ok && abi.decode(result, (uint256)) == 1;
    }

    /// @notice hash_to_curve of RFC 9380 §3: two field elements, mapped and added; the precompile clears the cofactor of each.
    function hashToG1(bytes32 message) internal view returns (bytes memory) {
        bytes memory tag = abi.encodePacked(TAG, uint8(TAG.length));
        // expand_message_xmd (§5.3.1) to 128 bytes.
        bytes32 b0 = sha256(abi.encodePacked(new bytes(64), message, uint16(128), uint8(0), tag));
        bytes32 b1 = sha256(abi.encodePacked(b0, uint8(1), tag));
        bytes32 b2 = sha256(abi.encodePacked(b0 ^ b1, uint8(2), tag));
        bytes32 b3 = sha256(abi.encodePacked(b0 ^ b2, uint8(3), tag));
        bytes32 b4 = sha256(abi.encodePacked(b0 ^ b3, uint8(4), tag));
        return _call(G1_ADD, abi.encodePacked(_map(b1, b2), _map(b3, b4)));
    }

    /// @notice The 48 bytes of which drand takes the hash. A verified point is never at infinity.
    function compress(bytes memory point) internal pure returns (bytes memory out) {
        (uint256 xHigh, uint256 xLow, uint256 yHigh, uint256 yLow) = abi.decode(point, (uint256, uint256, uint256, uint256));
        bool isLarger = yHigh > HALF_P_HIGH || (yHigh == HALF_P_HIGH && yLow > HALF_P_LOW);
        uint256 flags = isLarger ? 0xa0 : 0x80;
        return abi.encodePacked(uint128(xHigh | (flags << 120)), xLow);
    }

    function _map(bytes32 high, bytes32 low) private view returns (bytes memory) {
        bytes memory reduced = _call(MODEXP, abi.encodePacked(uint256(64), uint256(1), uint256(64), high, low, uint8(1), P));
        return _call(MAP_FP_TO_G1, reduced);
    }

    /// @dev These never fail on what they are given here: no answer means that there is no precompile.
    function _call(address precompile, bytes memory input) private view returns (bytes memory result) {
        bool ok;
        (ok, result) = precompile.staticcall(input);
        if (!ok || result.length == 0) revert IBeacon.MissingPrecompile(precompile);
    }
}
