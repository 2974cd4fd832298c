// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {IStake} from "./interfaces/IStake.sol";
import {ChainMessages} from "./libraries/ChainMessages.sol";
import {Merkle} from "./libraries/Merkle.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {SCOPE_SERVE, SCOPE_VERIFY} from "./Limits.sol";

contract Receipts is IReceipts, EIP712 {
    /// @dev Of `ROOT_EPOCH_MS`, protocol.md §6.5.
    uint256 private constant EPOCH_SECONDS = 60;
    /// @dev A day of blocks of 12 s: who settles once a day still names the stake of then.
    uint256 private constant MAX_SNAPSHOT_BLOCKS = 7_200;
    uint8 private constant ATTESTATIONS = 1;
    uint8 private constant SETTLEMENT = 2;

    ISessionRegistry public immutable registry;
    IStake public immutable stake;

    mapping(address participant => mapping(uint8 kind => mapping(uint64 epoch => Root))) private _roots;

    constructor(ISessionRegistry registry_, IStake stake_) EIP712("Locus", "1") {
        registry = registry_;
        stake = stake_;
    }

    /// @inheritdoc IReceipts
    function commit(Batch calldata batch, bytes calldata signer, bytes calldata signature) external {
        bytes32 held = _roots[batch.participant][batch.kind][batch.epoch].root;
        if (held != 0) revert AlreadyCommitted(held);
        _commit(batch, signer, signature);
    }

    /// @inheritdoc IReceipts
    function commitMany(Batch[] calldata batches, bytes[] calldata signers, bytes[] calldata signatures) external {
        for (uint256 i = 0; i < batches.length; i++) {
            Batch calldata batch = batches[i];
            bytes32 held = _roots[batch.participant][batch.kind][batch.epoch].root;
            if (held == 0) _commit(batch, signers[i], signatures[i]);
            else if (held != batch.root) revert AlreadyCommitted(held);
        }
    }

    /// @inheritdoc IReceipts
    function rootOf(address participant, uint8 kind, uint64 epoch) external view returns (Root memory) {
        return _roots[participant][kind][epoch];
    }

    /// @inheritdoc IReceipts
    function includes(address participant, uint8 kind, uint64 epoch, bytes32 leaf, uint256 index, bytes32[] calldata path)
        external
        view
        returns (bool)
    {
        Root storage one = _roots[participant][kind][epoch];
        return Merkle.includes(one.root, one.count, leaf, index, path);
    }

    /// @inheritdoc IReceipts
    function batchDigest(Batch calldata batch) public view returns (bytes32) {
        return _hashTypedDataV4(ChainMessages.hash(batch));
    }

    function _commit(Batch calldata b, bytes calldata signer, bytes calldata signature) private {
        if (b.kind > SETTLEMENT || b.count == 0 || b.root == 0) revert InvalidBatch();
        if ((uint256(b.epoch) + 1) * EPOCH_SECONDS > block.timestamp) revert EpochOpen();
        bool isRecent = b.snapshotBlock < block.number && b.snapshotBlock + MAX_SNAPSHOT_BLOCKS >= block.number;
        if (!isRecent) revert InvalidSnapshot();
        bytes32 digest = batchDigest(b);
        if (signer.length == 0) {
            Signatures.requireWallet(b.participant, digest, signature);
        } else {
            uint32 scope = b.kind == ATTESTATIONS ? SCOPE_VERIFY : SCOPE_SERVE;
            if (registry.requireActive(signer, scope, digest, signature) != b.participant) revert WrongSigner();
        }
        uint256 bonded = stake.bondedAt(b.participant, b.snapshotBlock);
        _roots[b.participant][b.kind][b.epoch] = Root(b.root, b.count, b.snapshotBlock, uint64(block.timestamp), b.total, uint128(bonded));
        emit BatchCommitted(b.participant, b.kind, b.epoch, b, signer, bonded);
    }
}
