// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Receipts and attestations, as signed roots
/// @notice What a participant signed in one epoch (a minute, protocol.md §6.5) as the root of an RFC 9162 tree over the digests, ascending. One root
/// for each participant, kind and epoch, ever: a second one that the participant signed is an equivocation (`IDisputes`).
interface IReceipts {
    struct Batch {
        address participant;
        /// 0 the receipts of one epoch, 1 its attestations, 2 a settlement: the receipts of all epochs since the settlement before.
        uint8 kind;
        /// Unix time / 60 s; of a settlement, the last epoch that it covers.
        uint64 epoch;
        bytes32 root;
        uint32 count;
        /// What the vouchers behind the receipts promise, in the token's smallest unit. A claim.
        uint128 total;
        /// A past block: the stake that stood behind the batch is the one at its end.
        uint64 snapshotBlock;
    }

    struct Root {
        bytes32 root;
        uint32 count;
        uint64 snapshotBlock;
        uint64 committedAt;
        uint128 total;
        uint128 stake;
    }

    /// @param signer the participant's session key, or empty where its wallet signed.
    event BatchCommitted(address indexed participant, uint8 indexed kind, uint64 indexed epoch, Batch batch, bytes signer, uint256 stake);

    error InvalidBatch();
    /// The epoch is not over yet, so that more could come.
    error EpochOpen();
    /// The snapshot is not of the recent past.
    error InvalidSnapshot();
    error AlreadyCommitted(bytes32 root);
    error WrongSigner();

    /// @notice Anybody may hand it in. `signer` empty: the wallet signed; else a session key of it with scope 1, or 2 for attestations.
    function commit(Batch calldata batch, bytes calldata signer, bytes calldata signature) external;

    /// @notice Several batches under one wallet signature each; a batch that is committed already, with the same root, is passed over.
    function commitMany(Batch[] calldata batches, bytes[] calldata signers, bytes[] calldata signatures) external;

    function rootOf(address participant, uint8 kind, uint64 epoch) external view returns (Root memory);

    /// @notice Whether this digest stands at this index under a committed root (RFC 9162 §2.1.3.2).
    function includes(address participant, uint8 kind, uint64 epoch, bytes32 leaf, uint256 index, bytes32[] calldata path)
        external
        view
        returns (bool);

    function batchDigest(Batch calldata batch) external view returns (bytes32);
}
