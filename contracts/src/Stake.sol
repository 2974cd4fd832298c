// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {IStake} from "./interfaces/IStake.sol";
import {Bonds} from "./libraries/Bonds.sol";
import {ExactTransfer} from "./libraries/ExactTransfer.sol";
import {BURNED} from "./Limits.sol";

contract Stake is IStake, ReentrancyGuardTransient {
    using Bonds for Bonds.State;
    using Checkpoints for Checkpoints.Trace208;
    using ExactTransfer for IERC20;

    IERC20 public immutable token;
    IParameters public immutable parameters;
    /// @notice The only two contracts that can set stake aside. They take proofs and have no owner.
    address public immutable disputes;
    address public immutable committees;

    Bonds.State private _state;

    constructor(IERC20 token_, IParameters parameters_, address disputes_, address committees_) {
        token = token_;
        parameters = parameters_;
        disputes = disputes_;
        committees = committees_;
    }

    modifier onlyByProof() {
        if (msg.sender != disputes && msg.sender != committees) revert NotByProof();
        _;
    }

    /// @inheritdoc IStake
    function stake(uint128 amount) external nonReentrant {
        _stake(msg.sender, amount);
    }

    /// @inheritdoc IStake
    function stakeWithPermit(address owner, uint128 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external nonReentrant {
        ExactTransfer.Permit memory permit = ExactTransfer.Permit(deadline, v, r, s);
        if (msg.sender == owner) token.permitExact(owner, amount, permit);
        else token.permitNow(owner, amount, permit);
        _stake(owner, amount);
    }

    /// @inheritdoc IStake
    function unbond(uint128 amount) external {
        uint256 unlockAt = block.timestamp + parameters.values().unbondingSeconds;
        emit Unbonding(msg.sender, amount, _state.unbond(msg.sender, amount, unlockAt));
    }

    /// @inheritdoc IStake
    function withdraw() external nonReentrant returns (uint256 amount) {
        amount = _state.withdraw(msg.sender);
        emit Withdrawn(msg.sender, amount);
        token.pay(msg.sender, amount);
    }

    /// @inheritdoc IStake
    function freezeShare(bytes32 id, address wallet, address reporter) external onlyByProof returns (uint256 amount) {
        IParameters.Values memory v = parameters.values();
        uint64 resolveAt = uint64(block.timestamp + v.resolutionSeconds);
        amount = _state.freeze(id, Freeze(wallet, reporter, 0, resolveAt, FreezeState.None), v.slashBps);
        emit Frozen(id, wallet, amount, resolveAt);
    }

    /// @inheritdoc IStake
    function release(bytes32 id) external onlyByProof {
        _state.release(id);
        Freeze storage one = _state.freezes[id];
        emit Released(id, one.wallet, one.amount);
    }

    /// @inheritdoc IStake
    function carryOut(bytes32 id) external nonReentrant {
        uint256 reward = _state.carryOut(id, parameters.values().reporterBps);
        Freeze storage one = _state.freezes[id];
        uint256 burned = one.amount - reward;
        emit Slashed(id, one.wallet, burned, reward, one.reporter);
        token.pay(BURNED, burned);
    }

    /// @inheritdoc IStake
    function claimReward() external nonReentrant returns (uint256 amount) {
        amount = _state.rewards[msg.sender];
        if (amount == 0) revert NothingToWithdraw();
        _state.rewards[msg.sender] = 0;
        emit RewardClaimed(msg.sender, amount);
        token.pay(msg.sender, amount);
    }

    /// @inheritdoc IStake
    function bondedOf(address wallet) external view returns (uint256) {
        return _state.bondedOf(wallet);
    }

    /// @inheritdoc IStake
    function bondedAt(address wallet, uint256 blockNumber) external view returns (uint256) {
        return _state.bonded[wallet].upperLookupRecent(uint48(blockNumber));
    }

    /// @inheritdoc IStake
    function totalBondedAt(uint256 blockNumber) external view returns (uint256) {
        return _state.total.upperLookupRecent(uint48(blockNumber));
    }

    /// @inheritdoc IStake
    function slashableOf(address wallet) external view returns (uint256) {
        return _state.slashableOf(wallet);
    }

    /// @inheritdoc IStake
    function locksOf(address wallet) external view returns (Lock[] memory) {
        return _state.queues[wallet].locks;
    }

    /// @inheritdoc IStake
    function freezeOf(bytes32 id) external view returns (Freeze memory) {
        return _state.freezes[id];
    }

    /// @inheritdoc IStake
    function rewardOf(address reporter) external view returns (uint256) {
        return _state.rewards[reporter];
    }

    function _stake(address wallet, uint128 amount) private {
        if (parameters.depositsPaused()) revert DepositsPaused();
        if (amount == 0) revert ZeroAmount();
        _state.bond(wallet, amount);
        emit Staked(wallet, amount);
        token.pull(wallet, amount);
    }
}
