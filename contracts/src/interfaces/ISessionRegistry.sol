// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Wallets that stand behind session keys
/// @notice A session key is *active* while it may sign new work, and *accountable* while what it signed can be held against its wallet: a dispute
/// window longer. A key is delegated once, ever.
interface ISessionRegistry {
    struct Delegation {
        address wallet;
        /// ERC-7913: 20 bytes of a secp256k1 address, or the P-256 verifier and x, y.
        bytes signer;
        /// Bits: 1 serve (receipts), 2 verify (attestations), 4 pay (vouchers, and channels to pay from).
        uint32 scope;
        /// What may be deposited in channels that this key pays from, in all.
        uint128 cap;
        /// Unix seconds.
        uint64 validAfter;
        uint64 validUntil;
        /// Where the key lives, for the person who signs to read. Emitted, never judged.
        string origin;
    }

    struct Session {
        address wallet;
        uint32 scope;
        uint64 validAfter;
        uint64 validUntil;
        /// Unix seconds; zero while it is not revoked.
        uint64 revokedAt;
        uint128 cap;
    }

    /// @param keyId keccak256 of the signer.
    event SessionDelegated(bytes32 indexed keyId, address indexed wallet, Delegation delegation);
    /// @param accountableUntil Unix seconds until which its statements can be held against the wallet.
    event SessionRevoked(bytes32 indexed keyId, address indexed wallet, uint256 accountableUntil);

    /// A key is never used twice, not even by its own wallet.
    error KeyAlreadyUsed(bytes32 keyId);
    /// Longer than 30 days, over, backwards, or without any scope.
    error InvalidDelegation();
    error NotTheWallet();
    error AlreadyEnded();
    error SessionNotActive(bytes32 keyId);
    error SessionNotAccountable(bytes32 keyId);

    /// @notice Anybody may hand it in: nothing depends on who does.
    /// @param walletSignature of the SessionDelegation; may be empty where the wallet itself is the caller.
    /// @param possession the session key's signature of the SessionPossession.
    function delegate(Delegation calldata delegation, bytes calldata walletSignature, bytes calldata possession)
        external
        returns (bytes32 keyId);

    /// @notice Ends the session now for new work; it stays accountable for the dispute window.
    function revoke(bytes32 keyId) external;

    function session(bytes32 keyId) external view returns (Session memory);

    /// @notice Whether the key may sign new work of every bit of this scope.
    function isActive(bytes32 keyId, uint32 scope) external view returns (bool);

    /// @notice Unix seconds until which the key is accountable; zero for a key that nobody delegated.
    function accountableUntil(bytes32 keyId) external view returns (uint256);

    /// @notice Reverts unless an active key of that scope has signed.
    /// @return wallet who stands behind it.
    function requireActive(bytes calldata signer, uint32 scope, bytes32 digest, bytes calldata signature)
        external
        view
        returns (address wallet);

    /// @notice Reverts unless an accountable key has signed, of whatever scope: nobody disowns by scope.
    function requireAccountable(bytes calldata signer, bytes32 digest, bytes calldata signature) external view returns (address wallet);

    /// @notice The ERC-7913 verifier that P-256 signers begin with.
    function p256Verifier() external view returns (address);
}
