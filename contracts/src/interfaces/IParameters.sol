// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What an owner may set, within bounds that it may not, and only after a delay
/// @notice An owner cannot move, freeze or slash anybody's tokens. It can stop new deposits; nothing stops a withdrawal.
interface IParameters {
    struct Values {
        /// How long unbonding stake stays locked and in reach of a slash. At least the dispute window.
        uint32 unbondingSeconds;
        /// How long a payee has to answer a payer's close.
        uint32 challengeSeconds;
        /// How long a proven slash waits before it is carried out.
        uint32 resolutionSeconds;
        /// What one event takes of everything slashable.
        uint16 slashBps;
        /// What the reporter gets of that. The rest is burned.
        uint16 reporterBps;
    }

    /// The values will be in force from `effectiveAt`, once somebody calls `applyProposed`.
    event ParametersProposed(Values values, uint256 effectiveAt);
    event ParametersApplied(Values values);
    event DepositsPaused(bool isPaused);

    error ParameterOutOfBounds();
    error NothingProposed();
    /// @param effectiveAt Unix seconds from which `applyProposed` works.
    error TooEarly(uint256 effectiveAt);

    /// Replaces an earlier proposal, and starts the delay again.
    function propose(Values calldata values) external;

    /// Anybody may, after the delay.
    function applyProposed() external;

    /// Stops or allows what brings tokens in: staking, opening and topping up channels. Nothing else.
    function pauseDeposits(bool isPaused) external;

    function values() external view returns (Values memory);

    function depositsPaused() external view returns (bool);
}
