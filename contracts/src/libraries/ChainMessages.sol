// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReceipts} from "../interfaces/IReceipts.sol";
import {ISessionRegistry} from "../interfaces/ISessionRegistry.sol";

/// @title EIP-712 messages for the chain
/// @notice Struct hashes. Each contract signs them under its own domain `{name: "Locus", version: "1", chainId, verifyingContract}`, so that none
/// is valid on another chain or for another contract. The types below are the source of `src/wallet/abi/typed-data.gen.ts`.
library ChainMessages {
    bytes32 internal constant SESSION_DELEGATION = keccak256(
        "SessionDelegation(address wallet,bytes signer,uint32 scope,uint128 cap,uint64 validAfter,uint64 validUntil,string origin)"
    );
    bytes32 internal constant SESSION_POSSESSION = keccak256("SessionPossession(bytes32 delegation)");
    bytes32 internal constant VOUCHER = keccak256("Voucher(bytes32 channelId,uint128 cumulativeAmount)");
    bytes32 internal constant CHANNEL_CLOSE = keccak256("ChannelClose(bytes32 channelId,uint128 cumulativeAmount)");
    bytes32 internal constant CHANNEL_OPEN = keccak256("ChannelOpen(address payer,bytes32 payeeKey,bytes32 salt,uint128 amount)");
    bytes32 internal constant CHANNEL_TOP_UP = keccak256("ChannelTopUp(bytes32 channelId,uint128 deposit)");
    bytes32 internal constant RECEIPT_BATCH =
        keccak256("ReceiptBatch(address participant,uint8 kind,uint64 epoch,bytes32 root,uint32 count,uint128 total,uint64 snapshotBlock)");

    /// @notice What a wallet signs once for each session key.
    function hash(ISessionRegistry.Delegation memory d) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                SESSION_DELEGATION, d.wallet, keccak256(d.signer), d.scope, d.cap, d.validAfter, d.validUntil, keccak256(bytes(d.origin))
            )
        );
    }

    /// @notice What the session key signs to show that it is held by whoever delegates to it: the whole delegation.
    function possessionHash(bytes32 delegationHash) internal pure returns (bytes32) {
        return keccak256(abi.encode(SESSION_POSSESSION, delegationHash));
    }

    /// @notice A cumulative promise on a channel; shape of MPP's session voucher.
    function voucherHash(bytes32 channelId, uint128 cumulativeAmount) internal pure returns (bytes32) {
        return keccak256(abi.encode(VOUCHER, channelId, cumulativeAmount));
    }

    /// @notice What a payee signs to close a channel at once at this amount.
    function closeHash(bytes32 channelId, uint128 cumulativeAmount) internal pure returns (bytes32) {
        return keccak256(abi.encode(CHANNEL_CLOSE, channelId, cumulativeAmount));
    }

    /// @notice A channel that a session key opens for its payer. Its signer is whoever has signed.
    function openHash(address payer, bytes32 payeeKey, bytes32 salt, uint128 amount) internal pure returns (bytes32) {
        return keccak256(abi.encode(CHANNEL_OPEN, payer, payeeKey, salt, amount));
    }

    /// @notice What a channel holds once it is topped up.
    function topUpHash(bytes32 channelId, uint128 deposit) internal pure returns (bytes32) {
        return keccak256(abi.encode(CHANNEL_TOP_UP, channelId, deposit));
    }

    /// @notice What a participant signed within one epoch.
    function hash(IReceipts.Batch memory b) internal pure returns (bytes32) {
        return keccak256(abi.encode(RECEIPT_BATCH, b.participant, b.kind, b.epoch, b.root, b.count, b.total, b.snapshotBlock));
    }
}
