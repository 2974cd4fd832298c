// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";
import {vm} from "./Vm.sol";

/// Signatures as wallets and browsers make them.
library Keys {
    uint256 internal constant SECP256K1_N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function wallet(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, s, v);
    }

    /// The same statement under the other s: valid to a verifier that does not insist on the lower one.
    function walletHighS(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        return abi.encodePacked(r, bytes32(SECP256K1_N - uint256(s)), v == 27 ? uint8(28) : uint8(27));
    }

    /// A session key signs SHA-256(digest), low s (protocol.md §1.3).
    function p256(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        (bytes32 r, bytes32 s) = vm.signP256(privateKey, sha256(abi.encode(digest)));
        if (uint256(s) > P256.N / 2) s = bytes32(P256.N - uint256(s));
        return abi.encodePacked(r, s);
    }

    function p256HighS(uint256 privateKey, bytes32 digest) internal pure returns (bytes memory) {
        bytes memory low = p256(privateKey, digest);
        (bytes32 r, bytes32 s) = abi.decode(low, (bytes32, bytes32));
        return abi.encodePacked(r, bytes32(P256.N - uint256(s)));
    }

    /// x ‖ y, as on the wire.
    function p256Public(uint256 privateKey) internal pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(privateKey);
        return abi.encodePacked(x, y);
    }
}
