// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBeacon} from "./interfaces/IBeacon.sol";
import {Bls} from "./libraries/Bls.sol";

/// @title A drand network without chaining (`bls-unchained-g1-rfc9380`), verified by the precompiles of EIP-2537
contract DrandBeacon is IBeacon {
    /// @inheritdoc IBeacon
    bytes32 public immutable chainHash;
    uint256 public immutable genesisSeconds;
    /// @inheritdoc IBeacon
    uint256 public immutable periodSeconds;

    bytes private _publicKey;

    /// @param publicKey the point in G2 as EIP-2537 encodes it, 256 bytes.
    constructor(bytes32 chainHash_, bytes memory publicKey, uint256 genesisSeconds_, uint256 periodSeconds_) {
        chainHash = chainHash_;
        genesisSeconds = genesisSeconds_;
        periodSeconds = periodSeconds_;
        _publicKey = publicKey;
        // A chain without the precompiles refuses the deployment.
        Bls.hashToG1(0);
    }

    /// @inheritdoc IBeacon
    function timeOf(uint64 round) external view returns (uint256) {
        if (round == 0) revert InvalidRound();
        return genesisSeconds + (uint256(round) - 1) * periodSeconds;
    }

    /// @inheritdoc IBeacon
    function randomnessOf(uint64 round, bytes calldata signature) external view returns (bytes32) {
        bytes32 message = sha256(abi.encodePacked(round));
        if (signature.length != 128 || !Bls.isSigned(_publicKey, message, signature)) revert InvalidRound();
        return sha256(Bls.compress(signature));
    }
}
