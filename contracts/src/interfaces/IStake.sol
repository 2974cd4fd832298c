// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Stake: what a wallet has to lose
/// @notice Bonded tokens weigh in draws; unbonding ones do not, but both can be slashed. Nobody moves a wallet's tokens but the wallet, and a
/// proof that `Disputes` or `Committees` has checked: at most a tenth for each event, after a delay.
interface IStake {
    struct Lock {
        uint128 amount;
        /// Unix seconds from which it can be withdrawn.
        uint64 unlockAt;
    }

    /// A proven slash that waits: its tokens are out of reach of everybody until it is carried out or refuted.
    struct Freeze {
        address wallet;
        address reporter;
        uint128 amount;
        uint64 resolveAt;
        FreezeState state;
    }

    enum FreezeState {
        None,
        Waiting,
        Slashed,
        Released
    }

    event Staked(address indexed wallet, uint256 amount);
    event Unbonding(address indexed wallet, uint256 amount, uint256 unlockAt);
    event Withdrawn(address indexed wallet, uint256 amount);
    event Frozen(bytes32 indexed id, address indexed wallet, uint256 amount, uint256 resolveAt);
    event Slashed(bytes32 indexed id, address indexed wallet, uint256 burned, uint256 rewarded, address reporter);
    event Released(bytes32 indexed id, address indexed wallet, uint256 amount);
    event RewardClaimed(address indexed reporter, uint256 amount);

    error DepositsPaused();
    error ZeroAmount();
    /// @param available what there is.
    error InsufficientStake(uint256 available);
    error TooManyLocks();
    error NothingToWithdraw();
    error NotByProof();
    error AlreadyFrozen(bytes32 id);
    error NotWaiting(bytes32 id);
    error TooEarly(uint256 resolveAt);

    /// @notice Takes exactly this amount, by an approval of it.
    function stake(uint128 amount) external;

    /// @notice The same with one prompt (ERC-2612). Anybody may hand it in: a permit for this contract is its owner's consent to bond that amount.
    /// From the owner itself, a permit that somebody else has already handed in does no harm; from anybody else it must be used by this very call, so
    /// that nobody bonds what an owner has merely approved.
    function stakeWithPermit(address owner, uint128 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

    /// @notice Begins to take this much out: it no longer weighs, and can be withdrawn from its own date on.
    function unbond(uint128 amount) external;

    /// @notice Pays out every lock of the caller that is open for it.
    function withdraw() external returns (uint256 amount);

    /// @notice Only by proof: sets aside the share that one event takes of all that is slashable.
    function freezeShare(bytes32 id, address wallet, address reporter) external returns (uint256 amount);

    /// @notice Only by proof: gives back what a refuted proof had set aside.
    function release(bytes32 id) external;

    /// @notice Anybody may, after the delay: burns, and credits the reporter.
    function carryOut(bytes32 id) external;

    function claimReward() external returns (uint256 amount);

    function bondedOf(address wallet) external view returns (uint256);

    /// @notice Bonded stake at the end of a past block.
    function bondedAt(address wallet, uint256 blockNumber) external view returns (uint256);

    function totalBondedAt(uint256 blockNumber) external view returns (uint256);

    /// @notice Bonded and unbonding: what a slash reaches.
    function slashableOf(address wallet) external view returns (uint256);

    /// @notice Every lock there ever was; a withdrawn one has no amount.
    function locksOf(address wallet) external view returns (Lock[] memory);

    function freezeOf(bytes32 id) external view returns (Freeze memory);

    function rewardOf(address reporter) external view returns (uint256);
}
