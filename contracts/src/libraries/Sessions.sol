// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISessionRegistry} from "../interfaces/ISessionRegistry.sol";
import {DISPUTE_WINDOW, MAX_SESSION_SECONDS} from "../Limits.sol";

/// @title The life of session keys
/// @notice unknown → active (between its dates) → ended (expired or revoked) → no longer accountable. No arrow leads back.
library Sessions {
    struct State {
        mapping(bytes32 keyId => ISessionRegistry.Session) sessions;
    }

    function add(State storage self, bytes32 keyId, ISessionRegistry.Delegation calldata d) internal {
        if (self.sessions[keyId].wallet != address(0)) revert ISessionRegistry.KeyAlreadyUsed(keyId);
        bool isOrdered = d.validAfter < d.validUntil && d.validUntil - d.validAfter <= MAX_SESSION_SECONDS;
        if (!isOrdered || d.validUntil <= block.timestamp || d.scope == 0 || d.wallet == address(0)) {
            revert ISessionRegistry.InvalidDelegation();
        }
        self.sessions[keyId] = ISessionRegistry.Session({
            wallet: d.wallet, scope: d.scope, validAfter: d.validAfter, validUntil: d.validUntil, revokedAt: 0, cap: d.cap
        });
    }

    function revoke(State storage self, bytes32 keyId) internal {
        ISessionRegistry.Session storage one = self.sessions[keyId];
        if (one.wallet != msg.sender) revert ISessionRegistry.NotTheWallet();
        if (block.timestamp >= _endOf(one)) revert ISessionRegistry.AlreadyEnded();
        one.revokedAt = uint64(block.timestamp);
    }

    function isActive(State storage self, bytes32 keyId, uint32 scope) internal view returns (bool) {
        ISessionRegistry.Session storage one = self.sessions[keyId];
        bool isInTime = block.timestamp >= one.validAfter && block.timestamp < _endOf(one);
        return isInTime && one.scope & scope == scope;
    }

    /// @dev Zero for an unknown key.
    function accountableUntil(State storage self, bytes32 keyId) internal view returns (uint256) {
        ISessionRegistry.Session storage one = self.sessions[keyId];
        return one.wallet == address(0) ? 0 : _endOf(one) + DISPUTE_WINDOW;
    }

    /// @dev Zero for an unknown key, so that it is never active.
    function _endOf(ISessionRegistry.Session storage one) private view returns (uint256) {
        return one.revokedAt == 0 ? one.validUntil : one.revokedAt;
    }
}
