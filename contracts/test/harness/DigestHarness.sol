// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {ISessionRegistry} from "../../src/interfaces/ISessionRegistry.sol";
import {ChainMessages} from "../../src/libraries/ChainMessages.sol";
import {Statements} from "../../src/libraries/Statements.sol";

/// Every digest that Solidity computes, by the name of its type, for many messages at once.
contract DigestHarness is EIP712 {
    constructor() EIP712("Locus", "1") {}

    function digests(string calldata primaryType, bytes[] calldata bodies) external view returns (bytes32[] memory out) {
        out = new bytes32[](bodies.length);
        bytes32 kind = keccak256(bytes(primaryType));
        for (uint256 i = 0; i < bodies.length; i++) {
            out[i] = digestOf(kind, bodies[i]);
        }
    }

    function digestOf(bytes32 kind, bytes calldata body) private view returns (bytes32) {
        if (kind == keccak256("Segment")) return Statements.digest(abi.decode(body, (Statements.Segment)));
        if (kind == keccak256("Receipt")) return Statements.digest(abi.decode(body, (Statements.Receipt)));
        if (kind == keccak256("AuditCall")) return Statements.digest(abi.decode(body, (Statements.AuditCall)));
        if (kind == keccak256("AttestationCommitment")) return Statements.digest(abi.decode(body, (Statements.Commitment)));
        if (kind == keccak256("Attestation")) return Statements.digest(abi.decode(body, (Statements.Attestation)));
        return _hashTypedDataV4(chainHash(kind, body));
    }

    function chainHash(bytes32 kind, bytes calldata body) private pure returns (bytes32) {
        if (kind == keccak256("SessionDelegation")) {
            return ChainMessages.hash(abi.decode(body, (ISessionRegistry.Delegation)));
        }
        if (kind == keccak256("ReceiptBatch")) return ChainMessages.hash(abi.decode(body, (IReceipts.Batch)));
        if (kind == keccak256("SessionPossession")) return ChainMessages.possessionHash(abi.decode(body, (bytes32)));
        if (kind == keccak256("ChannelOpen")) {
            (address payer, bytes32 payeeKey, bytes32 salt, uint128 amount) = abi.decode(body, (address, bytes32, bytes32, uint128));
            return ChainMessages.openHash(payer, payeeKey, salt, amount);
        }
        (bytes32 channelId, uint128 cumulativeAmount) = abi.decode(body, (bytes32, uint128));
        if (kind == keccak256("Voucher")) return ChainMessages.voucherHash(channelId, cumulativeAmount);
        if (kind == keccak256("ChannelTopUp")) return ChainMessages.topUpHash(channelId, cumulativeAmount);
        require(kind == keccak256("ChannelClose"), "unknown type");
        return ChainMessages.closeHash(channelId, cumulativeAmount);
    }
}
