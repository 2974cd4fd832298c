// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @title An ERC-7913 verifier of P-256 keys, over OpenZeppelin's `P256`
/// @notice Stricter than OpenZeppelin's own `ERC7913P256Verifier`: one encoding per signature (64 bytes, low s), and never an answer without the
/// precompile of EIP-7951 / RIP-7212. Where it is absent this reverts with `MissingPrecompile`, instead of a slow path whose gas nobody estimated
/// and that a caller could mistake for "not signed".
/// @custom:stateless
contract P256Verifier is IERC7913SignatureVerifier {
    bytes4 private constant INVALID = 0xffffffff;

    /// @dev Any signature does: the point is that a chain without the precompile refuses the deployment.
    constructor() {
        P256.verifyNative(bytes32(uint256(1)), bytes32(uint256(1)), bytes32(uint256(1)), bytes32(P256.GX), bytes32(P256.GY));
    }

    /// @inheritdoc IERC7913SignatureVerifier
    function verify(bytes calldata key, bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (key.length != 64 || signature.length != 64) return INVALID;
        bool isSigned = P256.verifyNative(hash, bytes32(signature[:32]), bytes32(signature[32:]), bytes32(key[:32]), bytes32(key[32:]));
        return isSigned ? IERC7913SignatureVerifier.verify.selector : INVALID;
    }
}
