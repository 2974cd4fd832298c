// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IChannels} from "../interfaces/IChannels.sol";

/// @title The books of channels
/// @notice settled ≤ cumulative voucher ≤ deposit, and each of them only grows until the channel is closed.
library Escrow {
    struct State {
        mapping(bytes32 channelId => IChannels.Channel) channels;
        mapping(bytes32 keyId => uint256) committed;
    }

    function open(State storage self, bytes32 channelId, IChannels.Channel memory one) internal {
        if (one.deposit == 0) revert IChannels.ZeroAmount();
        if (one.payeeKey == 0 || one.payeeKey == one.authorizedSigner) revert IChannels.InvalidPayee();
        if (self.channels[channelId].payer != address(0)) revert IChannels.ChannelExists(channelId);
        self.channels[channelId] = one;
    }

    /// @dev What a key may commit is counted over all its channels, closed ones too.
    function commit(State storage self, bytes32 keyId, uint256 amount, uint256 cap) internal {
        uint256 committed = self.committed[keyId] + amount;
        if (committed > cap) revert IChannels.CapExceeded(cap);
        self.committed[keyId] = committed;
    }

    /// @dev Checked arithmetic is the bound of a deposit.
    function topUp(State storage self, bytes32 channelId, uint128 amount) internal returns (uint128 deposit) {
        IChannels.Channel storage one = live(self, channelId);
        if (msg.sender != one.payer) revert IChannels.NotThePayer();
        if (amount == 0) revert IChannels.ZeroAmount();
        deposit = one.deposit + amount;
        one.deposit = deposit;
        one.closeRequestedAt = 0;
    }

    /// @dev Only upwards, so that the same words raise a deposit once; and never over the payer's own wish to leave.
    function raise(State storage self, bytes32 channelId, uint128 deposit) internal returns (uint128 amount) {
        IChannels.Channel storage one = live(self, channelId);
        if (one.closeRequestedAt != 0) revert IChannels.ClosePending();
        if (deposit <= one.deposit) revert IChannels.DepositNotRaised(one.deposit);
        amount = deposit - one.deposit;
        one.deposit = deposit;
    }

    /// @notice Moves the settled amount up to the promised one. The signature is the caller's to check.
    function settle(State storage self, bytes32 channelId, uint128 cumulativeAmount) internal returns (uint128 paid) {
        IChannels.Channel storage one = self.channels[channelId];
        if (cumulativeAmount > one.deposit) revert IChannels.DepositExceeded(one.deposit);
        if (cumulativeAmount < one.settled) revert IChannels.BelowSettled(one.settled);
        paid = cumulativeAmount - one.settled;
        one.settled = cumulativeAmount;
    }

    function requestClose(State storage self, bytes32 channelId) internal returns (uint256 closesAt) {
        IChannels.Channel storage one = live(self, channelId);
        if (msg.sender != one.payer) revert IChannels.NotThePayer();
        // Asking again does not move the date.
        if (one.closeRequestedAt == 0) one.closeRequestedAt = uint56(block.timestamp);
        closesAt = one.closeRequestedAt + one.challengeSeconds;
    }

    function requireFinal(State storage self, bytes32 channelId) internal view {
        IChannels.Channel storage one = live(self, channelId);
        if (one.closeRequestedAt == 0) revert IChannels.CloseNotRequested();
        uint256 closesAt = one.closeRequestedAt + one.challengeSeconds;
        if (block.timestamp < closesAt) revert IChannels.TooEarly(closesAt);
    }

    /// @return refunded what goes back to the payer.
    function close(State storage self, bytes32 channelId) internal returns (uint128 refunded) {
        IChannels.Channel storage one = self.channels[channelId];
        one.isClosed = true;
        refunded = one.deposit - one.settled;
    }

    function live(State storage self, bytes32 channelId) internal view returns (IChannels.Channel storage one) {
        one = self.channels[channelId];
        if (one.payer == address(0)) revert IChannels.ChannelUnknown(channelId);
        if (one.isClosed) revert IChannels.ChannelIsClosed(channelId);
    }
}
