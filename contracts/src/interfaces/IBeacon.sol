// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Public randomness that proves itself (protocol.md §6.3)
interface IBeacon {
    /// A precompile that this contract needs is absent on this chain.
    error MissingPrecompile(address precompile);
    error InvalidRound();

    /// @notice Names the drand network.
    function chainHash() external view returns (bytes32);

    /// @notice Unix seconds at which a round is due; round 1 is due at genesis.
    function timeOf(uint64 round) external view returns (uint256);

    function periodSeconds() external view returns (uint256);

    /// @notice SHA-256 of the round's signature, once that is verified.
    /// @param signature the point in G1 as EIP-2537 encodes it: x and y, 64 bytes each.
    function randomnessOf(uint64 round, bytes calldata signature) external view returns (bytes32);
}
