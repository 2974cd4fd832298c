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

    /// x ‖ y, as on the wire. The keys that fuzzed tests ask for thousands of times are written down: each costs an eighth of a millisecond otherwise.
    function p256Public(uint256 privateKey) internal pure returns (bytes memory) {
        if (privateKey == 0xA11CE5) {
            return hex"683e4ee5cdf09c114e89efdc5eacd2a272a56fc5222f993d5bf086ac2763a0229d542a691bfeba28c9d190d0cda2530df21575f08ac0b760811efa42bedba654";
        }
        if (privateKey == 0xB0B5) {
            return hex"985fa252ae1214293bf98c06627a2b9935bf146893ed657446730b821f402c26fa460bc4d330d483b2db6ea9384aea8bf2818f7f8ad08ea8701278d5eca116f2";
        }
        if (privateKey == 0xB0BE) {
            return hex"ed57ff58f30e1eb088cd765903f611890d967fdefb46ccb90d481e7852f58d2c422967df0700344cdd1fec7a1ddfe8a352a050977c0b56cbe07f208c8db4f047";
        }
        if (privateKey == 0xF2E54) {
            return hex"6af6e554ecddb628bcfcea681f895a2fd63c88554bb2fe6e2c8f941031e193b95f1fef781b1c50d96663728c720e72b1a2af1e8d641d6f655e82a051e598d1fa";
        }
        if (privateKey == 0x1A7E5) {
            return hex"6ea329eb26b34e2e3199f06840f8935365a14383ba7f341001ba3e7b944771a9fd5a71b7e085879262a05e887b9d8cce609a1f8981daf5f56580d28571f70081";
        }
        return p256PublicOf(privateKey);
    }

    function p256PublicOf(uint256 privateKey) internal pure returns (bytes memory) {
        (uint256 x, uint256 y) = vm.publicKeyP256(privateKey);
        return abi.encodePacked(x, y);
    }
}
