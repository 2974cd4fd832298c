// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ExactTransfer} from "../libraries/ExactTransfer.sol";

/// @title Payment channels: one deposit, many vouchers, one settlement
/// @notice Unidirectional. A voucher promises a cumulative amount, so the highest one is the only one that matters. Shapes follow MPP's EVM
/// session and x402's batch settlement. A channel is never deleted: its id is never free again.
interface IChannels {
    struct Channel {
        address payer;
        uint64 closeRequestedAt;
        bool isClosed;
        address payee;
        /// What a payee has to answer a close; fixed when the channel is opened.
        uint32 challengeSeconds;
        uint128 deposit;
        uint128 settled;
        /// keccak256 of the ERC-7913 signer of its vouchers.
        bytes32 authorizedSigner;
    }

    struct Settlement {
        bytes32 channelId;
        uint128 cumulativeAmount;
        bytes signer;
        bytes signature;
    }

    event ChannelOpened(
        bytes32 indexed channelId, address indexed payer, address indexed payee, bytes signer, uint256 deposit, bytes32 salt
    );
    event ChannelToppedUp(bytes32 indexed channelId, uint256 amount, uint256 deposit);
    event ChannelSettled(bytes32 indexed channelId, uint256 amount, uint256 cumulativeAmount);
    event CloseRequested(bytes32 indexed channelId, uint256 closesAt);
    event ChannelClosed(bytes32 indexed channelId, uint256 settled, uint256 refunded);

    error DepositsPaused();
    error ZeroAmount();
    error ChannelExists(bytes32 channelId);
    error ChannelUnknown(bytes32 channelId);
    error ChannelIsClosed(bytes32 channelId);
    error NotThePayer();
    error NotThePayee();
    error InvalidPayee();
    /// The signer is neither the payer itself nor an active session key of it that may pay.
    error SignerNotAllowed();
    /// All channels of a session key together hold more than the cap that its wallet has signed.
    error CapExceeded(uint256 cap);
    error WrongSigner();
    error DepositExceeded(uint256 deposit);
    /// What is paid is not taken back.
    error BelowSettled(uint256 settled);
    error TooEarly(uint256 closesAt);
    error CloseNotRequested();

    /// @param signer who signs vouchers: the payer's own address, or a session key of it with scope 4 (pay).
    /// @param salt makes several channels of one pair.
    function open(address payee, bytes calldata signer, bytes32 salt, uint128 amount) external returns (bytes32 channelId);

    function openWithPermit(address payee, bytes calldata signer, bytes32 salt, uint128 amount, ExactTransfer.Permit calldata permit)
        external
        returns (bytes32 channelId);

    /// @notice Adds to the deposit, and takes back a close that the payer had asked for.
    function topUp(bytes32 channelId, uint128 amount) external;

    /// @notice Pays the payee what the voucher promises beyond what is settled; nothing if it promises no more. Anybody may hand it in.
    function settle(Settlement calldata one) external returns (uint256 paid);

    /// @notice Many channels at once. One that another transaction has settled or closed meanwhile pays nothing, and spoils nothing.
    function settleMany(Settlement[] calldata all) external returns (uint256 paid);

    /// @notice The payee closes at once, with its last voucher (an amount that is settled already needs none). The rest goes back to the payer.
    function close(Settlement calldata last) external;

    /// @notice The payer closes at once with the payee's consent to the final amount, signed as ChannelClose. It needs no voucher.
    function closeWithConsent(bytes32 channelId, uint128 cumulativeAmount, bytes calldata consent) external;

    /// @notice The payer wants out alone: the payee has the challenge period to settle.
    function requestClose(bytes32 channelId) external;

    /// @notice After the challenge period, what is unsettled goes back to the payer. Anybody may.
    function finalizeClose(bytes32 channelId) external;

    function channel(bytes32 channelId) external view returns (Channel memory);

    function channelIdOf(address payer, address payee, bytes calldata signer, bytes32 salt) external view returns (bytes32);

    /// @notice What all channels ever opened with this session key held, against its cap.
    function committedBy(bytes32 keyId) external view returns (uint256);

    /// @notice The digest that a voucher's signer signs (a P-256 key: SHA-256 of it).
    function voucherDigest(bytes32 channelId, uint128 cumulativeAmount) external view returns (bytes32);

    /// @notice The digest that a payee's wallet signs to agree to a close.
    function closeDigest(bytes32 channelId, uint128 cumulativeAmount) external view returns (bytes32);
}
