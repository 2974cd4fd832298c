// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Who signed what
/// @notice A *key* is an ERC-7913 signer of one of two kinds, and nothing else: 20 bytes (the address of a secp256k1 key) or 84 bytes (the P-256
/// verifier, x, y). It is never asked by ERC-1271: whoever could change its answer could disown what it signed.
library Signatures {
    uint256 private constant SECP256K1_LENGTH = 20;
    uint256 private constant P256_LENGTH = 84;

    /// Neither 20 bytes nor 84 bytes that begin with the P-256 verifier.
    error UnknownSignerKind();
    error InvalidSignature();

    /// @notice Reverts unless the key has signed. P-256 keys sign SHA-256(digest), as WebCrypto does (protocol.md §1.3).
    function requireKey(address verifier, bytes memory signer, bytes32 digest, bytes memory signature) internal view {
        if (!isSignedByKey(verifier, signer, digest, signature)) revert InvalidSignature();
    }

    /// @dev A call, not a try: without the precompile the verifier reverts, and so does everything that asked.
    function isSignedByKey(address verifier, bytes memory signer, bytes32 digest, bytes memory signature) internal view returns (bool) {
        requireKind(verifier, signer);
        if (signer.length == SECP256K1_LENGTH) return _recovers(address(bytes20(signer)), digest, signature);
        bytes32 hash = sha256(abi.encode(digest));
        bytes4 answer = IERC7913SignatureVerifier(verifier).verify(Bytes.slice(signer, 20), hash, signature);
        return answer == IERC7913SignatureVerifier.verify.selector;
    }

    function requireKind(address verifier, bytes memory signer) internal pure {
        bool isSecp256k1 = signer.length == SECP256K1_LENGTH;
        bool isP256 = signer.length == P256_LENGTH && address(bytes20(signer)) == verifier;
        if (!isSecp256k1 && !isP256) revert UnknownSignerKind();
    }

    /// @notice Reverts unless the wallet has signed. An account with code is asked by ERC-1271 too; its own key still counts, so that an account
    /// that delegates to code by EIP-7702 can neither be locked out nor disown itself by the switch.
    function requireWallet(address wallet, bytes32 digest, bytes memory signature) internal view {
        if (_recovers(wallet, digest, signature)) return;
        if (wallet.code.length > 0 && SignatureChecker.isValidERC1271SignatureNow(wallet, digest, signature)) return;
        revert InvalidSignature();
    }

    /// @dev OpenZeppelin's recovery refuses a high s, and lengths other than 65.
    function _recovers(address account, bytes32 digest, bytes memory signature) private pure returns (bool) {
        (address recovered, ECDSA.RecoverError err,) = ECDSA.tryRecover(digest, signature);
        return err == ECDSA.RecoverError.NoError && recovered == account;
    }
}
