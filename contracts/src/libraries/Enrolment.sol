// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICommittees} from "../interfaces/ICommittees.sol";
import {ISessionRegistry} from "../interfaces/ISessionRegistry.sol";
import {SCOPE_VERIFY} from "../Limits.sol";

/// @title Who may be drawn, in which cell, since and until when
/// @notice A key enrols once. A wallet has one enrolled key for each cell at a time, or its stake would ring several clocks.
library Enrolment {
    struct Entry {
        bytes32 cell;
        uint64 fromBlock;
        /// Zero while it lasts.
        uint64 toBlock;
    }

    struct State {
        mapping(bytes32 keyId => Entry) entries;
        mapping(address wallet => mapping(bytes32 cell => bytes32 keyId)) current;
    }

    function enrol(State storage self, ISessionRegistry registry, bytes32 keyId, bytes32 cell) internal {
        if (registry.session(keyId).wallet != msg.sender) revert ICommittees.NotTheWallet();
        if (!registry.isActive(keyId, SCOPE_VERIFY)) revert ISessionRegistry.SessionNotActive(keyId);
        Entry storage before = self.entries[self.current[msg.sender][cell]];
        bool isFree = before.fromBlock == 0 || before.toBlock != 0;
        if (!isFree || self.entries[keyId].fromBlock != 0) revert ICommittees.AlreadyEnrolled();
        self.entries[keyId] = Entry(cell, uint64(block.number), 0);
        self.current[msg.sender][cell] = keyId;
    }

    function disenrol(State storage self, ISessionRegistry registry, bytes32 keyId) internal returns (address wallet) {
        Entry storage entry = self.entries[keyId];
        if (entry.fromBlock == 0 || entry.toBlock != 0) revert ICommittees.NotEnrolled();
        wallet = registry.session(keyId).wallet;
        if (msg.sender != wallet && registry.isActive(keyId, SCOPE_VERIFY)) revert ICommittees.StillActive();
        entry.toBlock = uint64(block.number);
    }

    /// @notice Whether the key was enrolled in that cell at the end of that block.
    function wasEnrolled(State storage self, bytes32 keyId, bytes32 cell, uint256 blockNumber) internal view returns (bool) {
        Entry storage entry = self.entries[keyId];
        bool hadBegun = entry.fromBlock != 0 && entry.fromBlock <= blockNumber;
        return entry.cell == cell && hadBegun && (entry.toBlock == 0 || blockNumber < entry.toBlock);
    }
}
