// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IStake} from "../interfaces/IStake.sol";
import {BPS, MAX_OPEN_LOCKS} from "../Limits.sol";

/// @title The books of stake
/// @notice Every token is in exactly one of four places: bonded, in a lock, frozen, or a reward. Locks are a queue whose dates ascend.
library Bonds {
    using Checkpoints for Checkpoints.Trace208;

    struct Queue {
        IStake.Lock[] locks;
        /// Index of the first lock that is not withdrawn.
        uint256 first;
    }

    struct State {
        mapping(address wallet => Checkpoints.Trace208) bonded;
        Checkpoints.Trace208 total;
        mapping(address wallet => Queue) queues;
        mapping(bytes32 id => IStake.Freeze) freezes;
        mapping(address reporter => uint256) rewards;
    }

    function bond(State storage self, address wallet, uint256 amount) internal {
        _set(self, wallet, bondedOf(self, wallet) + amount);
    }

    function unbond(State storage self, address wallet, uint128 amount, uint256 unlockAt) internal returns (uint256) {
        uint256 bonded = bondedOf(self, wallet);
        if (amount == 0) revert IStake.ZeroAmount();
        if (amount > bonded) revert IStake.InsufficientStake(bonded);
        Queue storage queue = self.queues[wallet];
        uint256 length = queue.locks.length;
        if (length - queue.first >= MAX_OPEN_LOCKS) revert IStake.TooManyLocks();
        // A shorter unbonding time does not overtake what is locked already.
        if (length > 0 && queue.locks[length - 1].unlockAt > unlockAt) unlockAt = queue.locks[length - 1].unlockAt;
        queue.locks.push(IStake.Lock({amount: amount, unlockAt: uint64(unlockAt)}));
        _set(self, wallet, bonded - amount);
        return unlockAt;
    }

    function withdraw(State storage self, address wallet) internal returns (uint256 amount) {
        Queue storage queue = self.queues[wallet];
        uint256 i = queue.first;
        for (; i < queue.locks.length && queue.locks[i].unlockAt <= block.timestamp; i++) {
            amount += queue.locks[i].amount;
            queue.locks[i].amount = 0;
        }
        queue.first = i;
        if (amount == 0) revert IStake.NothingToWithdraw();
    }

    /// @notice Sets aside a share of everything slashable: of the bond first, then of the locks from the oldest on.
    function freeze(State storage self, bytes32 id, IStake.Freeze memory one, uint256 shareBps) internal returns (uint256 amount) {
        if (self.freezes[id].state != IStake.FreezeState.None) revert IStake.AlreadyFrozen(id);
        amount = slashableOf(self, one.wallet) * shareBps / BPS;
        uint256 bonded = bondedOf(self, one.wallet);
        uint256 rest = amount > bonded ? amount - bonded : 0;
        _set(self, one.wallet, bonded - (amount - rest));
        Queue storage queue = self.queues[one.wallet];
        for (uint256 i = queue.first; rest > 0; i++) {
            uint256 taken = rest < queue.locks[i].amount ? rest : queue.locks[i].amount;
            queue.locks[i].amount -= uint128(taken);
            rest -= taken;
        }
        one.amount = uint128(amount);
        one.state = IStake.FreezeState.Waiting;
        self.freezes[id] = one;
    }

    /// @return reward what the reporter is credited with; the rest is to be burned.
    function carryOut(State storage self, bytes32 id, uint256 reporterBps) internal returns (uint256 reward) {
        IStake.Freeze storage one = _waiting(self, id);
        if (block.timestamp < one.resolveAt) revert IStake.TooEarly(one.resolveAt);
        one.state = IStake.FreezeState.Slashed;
        // A reporter that nobody is gets nothing: all is burned.
        if (one.reporter == address(0)) return 0;
        reward = one.amount * reporterBps / BPS;
        self.rewards[one.reporter] += reward;
    }

    function release(State storage self, bytes32 id) internal {
        IStake.Freeze storage one = _waiting(self, id);
        one.state = IStake.FreezeState.Released;
        bond(self, one.wallet, one.amount);
    }

    function bondedOf(State storage self, address wallet) internal view returns (uint256) {
        return self.bonded[wallet].latest();
    }

    function slashableOf(State storage self, address wallet) internal view returns (uint256 sum) {
        sum = bondedOf(self, wallet);
        Queue storage queue = self.queues[wallet];
        for (uint256 i = queue.first; i < queue.locks.length; i++) {
            sum += queue.locks[i].amount;
        }
    }

    function _waiting(State storage self, bytes32 id) private view returns (IStake.Freeze storage one) {
        one = self.freezes[id];
        if (one.state != IStake.FreezeState.Waiting) revert IStake.NotWaiting(id);
    }

    /// @dev Tokens that fit a deposit's uint128 fit uint208 in any sum that a token's supply allows.
    function _set(State storage self, address wallet, uint256 amount) private {
        uint256 total = self.total.latest() - bondedOf(self, wallet) + amount;
        self.bonded[wallet].push(uint48(block.number), uint208(amount));
        self.total.push(uint48(block.number), uint208(total));
    }
}
