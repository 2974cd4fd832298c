// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {ChainMessages} from "./libraries/ChainMessages.sol";
import {Sessions} from "./libraries/Sessions.sol";
import {Signatures} from "./libraries/Signatures.sol";

contract SessionRegistry is ISessionRegistry, EIP712 {
    using Sessions for Sessions.State;

    /// @inheritdoc ISessionRegistry
    address public immutable p256Verifier;

    Sessions.State private _state;

    constructor(address verifier) EIP712("Locus", "1") {
        p256Verifier = verifier;
    }

    /// @inheritdoc ISessionRegistry
    function delegate(Delegation calldata delegation, bytes calldata walletSignature, bytes calldata possession)
        external
        returns (bytes32 keyId)
    {
        keyId = keccak256(delegation.signer);
        _state.add(keyId, delegation);
        bytes32 structHash = ChainMessages.hash(delegation);
        if (msg.sender != delegation.wallet) {
            Signatures.requireWallet(delegation.wallet, _hashTypedDataV4(structHash), walletSignature);
        }
        bytes32 digest = _hashTypedDataV4(ChainMessages.possessionHash(structHash));
        Signatures.requireKey(p256Verifier, delegation.signer, digest, possession);
        emit SessionDelegated(keyId, delegation.wallet, delegation);
    }

    /// @inheritdoc ISessionRegistry
    function revoke(bytes32 keyId) external {
        _state.revoke(keyId);
        emit SessionRevoked(keyId, msg.sender, _state.accountableUntil(keyId));
    }

    /// @inheritdoc ISessionRegistry
    function session(bytes32 keyId) external view returns (Session memory) {
        return _state.sessions[keyId];
    }

    /// @inheritdoc ISessionRegistry
    function isActive(bytes32 keyId, uint32 scope) external view returns (bool) {
        return _state.isActive(keyId, scope);
    }

    /// @inheritdoc ISessionRegistry
    function accountableUntil(bytes32 keyId) external view returns (uint256) {
        return _state.accountableUntil(keyId);
    }

    /// @inheritdoc ISessionRegistry
    function requireActive(bytes calldata signer, uint32 scope, bytes32 digest, bytes calldata signature)
        external
        view
        returns (address wallet)
    {
        bytes32 keyId = keccak256(signer);
        if (!_state.isActive(keyId, scope)) revert SessionNotActive(keyId);
        Signatures.requireKey(p256Verifier, signer, digest, signature);
        return _state.sessions[keyId].wallet;
    }

    /// @inheritdoc ISessionRegistry
    function requireAccountable(bytes calldata signer, bytes32 digest, bytes calldata signature) external view returns (address wallet) {
        bytes32 keyId = keccak256(signer);
        if (block.timestamp >= _state.accountableUntil(keyId)) revert SessionNotAccountable(keyId);
        Signatures.requireKey(p256Verifier, signer, digest, signature);
        return _state.sessions[keyId].wallet;
    }
}
