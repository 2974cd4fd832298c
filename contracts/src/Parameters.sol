// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {DISPUTE_WINDOW, MAX_REPORTER_BPS, MAX_SLASH_BPS, PARAMETER_DELAY} from "./Limits.sol";

/// @title The only contract with an owner
contract Parameters is IParameters, Ownable2Step {
    /// @dev Above these, a parameter would hold tokens longer than anybody agreed to.
    uint256 private constant MAX_LOCK_SECONDS = 60 days;
    uint256 private constant MIN_CHALLENGE_SECONDS = 1 days;
    uint256 private constant MAX_CHALLENGE_SECONDS = 30 days;
    uint256 private constant MIN_RESOLUTION_SECONDS = 1 days;

    Values private _values;
    Values private _proposed;
    /// @dev Zero while nothing is proposed.
    uint256 private _effectiveAt;

    /// @inheritdoc IParameters
    bool public depositsPaused;

    constructor(address owner, Values memory initial) Ownable(owner) {
        _requireBounds(initial);
        _values = initial;
        emit ParametersApplied(initial);
    }

    /// @inheritdoc IParameters
    function propose(Values calldata proposed) external onlyOwner {
        _requireBounds(proposed);
        _proposed = proposed;
        _effectiveAt = block.timestamp + PARAMETER_DELAY;
        emit ParametersProposed(proposed, _effectiveAt);
    }

    /// @inheritdoc IParameters
    function applyProposed() external {
        uint256 effectiveAt = _effectiveAt;
        if (effectiveAt == 0) revert NothingProposed();
        if (block.timestamp < effectiveAt) revert TooEarly(effectiveAt);
        _values = _proposed;
        _effectiveAt = 0;
        emit ParametersApplied(_values);
    }

    /// @inheritdoc IParameters
    function pauseDeposits(bool isPaused) external onlyOwner {
        depositsPaused = isPaused;
        emit DepositsPaused(isPaused);
    }

    /// @inheritdoc IParameters
    function values() external view returns (Values memory) {
        return _values;
    }

    function _requireBounds(Values memory v) private pure {
        bool fits = v.unbondingSeconds >= DISPUTE_WINDOW && v.unbondingSeconds <= MAX_LOCK_SECONDS
            && v.challengeSeconds >= MIN_CHALLENGE_SECONDS && v.challengeSeconds <= MAX_CHALLENGE_SECONDS
            && v.resolutionSeconds >= MIN_RESOLUTION_SECONDS && v.resolutionSeconds <= DISPUTE_WINDOW && v.slashBps > 0
            && v.slashBps <= MAX_SLASH_BPS && v.reporterBps <= MAX_REPORTER_BPS;
        if (!fits) revert ParameterOutOfBounds();
    }
}
