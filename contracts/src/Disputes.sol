// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputes} from "./interfaces/IDisputes.sol";
import {IReceipts} from "./interfaces/IReceipts.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {IStake} from "./interfaces/IStake.sol";
import {Canary} from "./libraries/Canary.sol";
import {Equivocation} from "./libraries/Equivocation.sol";
import {Statements} from "./libraries/Statements.sol";

contract Disputes is IDisputes {
    using Statements for Statements.Attestation;

    ISessionRegistry public immutable registry;
    IStake public immutable stake;
    IReceipts public immutable receipts;

    mapping(bytes32 commitment => uint256 blockNumber) private _announced;

    constructor(ISessionRegistry registry_, IStake stake_, IReceipts receipts_) {
        registry = registry_;
        stake = stake_;
        receipts = receipts_;
    }

    /// @inheritdoc IDisputes
    function announce(bytes32 commitment) external {
        if (_announced[commitment] != 0) revert AlreadyAnnounced();
        _announced[commitment] = block.number;
        emit Announced(commitment);
    }

    /// @inheritdoc IDisputes
    function proveEquivocation(bytes calldata signer, Statement calldata one, Statement calldata other, bytes32 salt)
        external
        returns (bytes32)
    {
        _requireAnnounced(keccak256(abi.encode(signer, one, other)), salt);
        Equivocation.Reading memory a = Equivocation.read(one.kind, one.body, receipts);
        Equivocation.Reading memory b = Equivocation.read(other.kind, other.body, receipts);
        if (a.slot != b.slot) revert NotTheSameThing();
        if (a.content == b.content) revert NothingContradicts();
        _requireNamed(signer, a.key);
        _requireNamed(signer, b.key);
        address wallet = registry.requireAccountable(signer, a.digest, one.signature);
        registry.requireAccountable(signer, b.digest, other.signature);
        return _prove(wallet, keccak256(signer), a.subject, 0, msg.sender);
    }

    /// @inheritdoc IDisputes
    function provePassedCanary(CanaryProof calldata proof, bytes32 salt) external returns (bytes32) {
        _requireAnnounced(keccak256(abi.encode(proof)), salt);
        bytes32 slot = Canary.requirePassed(proof);
        bytes memory signer = abi.encodePacked(registry.p256Verifier(), proof.attestation.verifierKey);
        address wallet = registry.requireAccountable(signer, proof.attestation.digest(), proof.signature);
        return _prove(wallet, keccak256(signer), slot, proof.call.bundleHash, msg.sender);
    }

    /// @dev One key, one subject, one slash (`Stake` knows the id): more proofs of one lie are no more lies.
    function _prove(address wallet, bytes32 keyId, bytes32 subject, bytes32 bundleHash, address reporter) private returns (bytes32 id) {
        id = keccak256(abi.encode(keyId, subject));
        uint256 amount = stake.freezeShare(id, wallet, reporter);
        emit OffenceProved(id, wallet, keyId, bundleHash, reporter, amount);
    }

    function _requireAnnounced(bytes32 proof, bytes32 salt) private view {
        uint256 announcedAt = _announced[keccak256(abi.encode(msg.sender, proof, salt))];
        if (announcedAt == 0 || announcedAt >= block.number) revert NotAnnounced();
    }

    /// @dev A statement that names a key is a statement of that key only.
    function _requireNamed(bytes calldata signer, bytes memory key) private view {
        bytes memory named = abi.encodePacked(registry.p256Verifier(), key);
        if (key.length > 0 && keccak256(named) != keccak256(signer)) revert WrongKey();
    }
}
