// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ExactTransfer} from "../libraries/ExactTransfer.sol";

/// @title Payment channels: one deposit, many vouchers, one settlement
/// @notice Unidirectional. A voucher promises a cumulative amount, so the highest one is the only one that matters. Shapes follow MPP's EVM
/// session and x402's batch settlement. A channel is never deleted: its id is never free again.
/// It pays a *key*, not a wallet: whoever works may connect a wallet later, by delegating the key that the work was done with (`SessionRegistry`). A
/// key is delegated once, so the wallet that it pays never changes. Until then nothing is paid, and a close gives everything back to the payer.
interface IChannels {
    struct Channel {
        address payer;
        /// Unix seconds; zero while nobody asks. As wide as the slot of the payer has room for.
        uint56 closeRequestedAt;
        bool isClosed;
        /// What a payee has to answer a close; fixed when the channel is opened.
        uint32 challengeSeconds;
        /// keccak256 of the payee's ERC-7913 signer; who is paid is `registry.session(payeeKey).wallet`.
        bytes32 payeeKey;
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
        bytes32 indexed channelId, address indexed payer, bytes32 indexed payeeKey, bytes signer, uint256 deposit, bytes32 salt
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
    /// No key, or the key that signs the vouchers itself.
    error InvalidPayee();
    /// No wallet has delegated to this key, so there is nobody to pay yet.
    error PayeeUnclaimed(bytes32 payeeKey);
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
    /// The payer wants out; only the payer itself takes that back.
    error ClosePending();
    /// A top-up names what the channel holds afterwards, and it holds that much already.
    error DepositNotRaised(uint256 deposit);

    /// @notice The caller pays.
    /// @param payeeKey keccak256 of the ERC-7913 signer that is paid, delegated or not yet.
    /// @param signer who signs vouchers: the payer's own address, or a session key of it with scope 4 (pay).
    /// @param salt makes several channels of one pair.
    function open(bytes32 payeeKey, bytes calldata signer, bytes32 salt, uint128 amount) external returns (bytes32 channelId);

    function openWithPermit(bytes32 payeeKey, bytes calldata signer, bytes32 salt, uint128 amount, ExactTransfer.Permit calldata permit)
        external
        returns (bytes32 channelId);

    /// @notice Opens a channel without the wallet: by a session key of the payer with scope 4, out of the payer's allowance, within the key's cap.
    /// Anybody may hand it in: the id follows from what is signed, and is never free again. What is not handed in is good until the session ends.
    /// @param signer who signs vouchers, and has signed this ChannelOpen.
    function openBySession(address payer, bytes32 payeeKey, bytes32 salt, uint128 amount, bytes calldata signer, bytes calldata signature)
        external
        returns (bytes32 channelId);

    /// @notice Adds to the deposit, and takes back a close that the payer had asked for.
    function topUp(bytes32 channelId, uint128 amount) external;

    /// @notice Raises the deposit without the wallet, by the key that signs the channel's vouchers, while it is active and may pay. Anybody may hand
    /// it in. It does not take back a close: whoever holds the key cannot keep in what the wallet takes out.
    /// @param deposit what the channel holds afterwards, so that the same signature raises it once.
    function topUpBySession(bytes32 channelId, uint128 deposit, bytes calldata signer, bytes calldata signature) external;

    /// @notice Pays the payee what the voucher promises beyond what is settled; nothing if it promises no more. Anybody may hand it in, once a
    /// wallet has delegated to the payee's key, and for as long as the voucher's own key is accountable.
    function settle(Settlement calldata one) external returns (uint256 paid);

    /// @notice Many channels at once. One that another transaction has settled or closed meanwhile pays nothing, and spoils nothing.
    function settleMany(Settlement[] calldata all) external returns (uint256 paid);

    /// @notice The payee's wallet closes at once, with its last voucher (an amount that is settled already needs none). The rest goes back to the
    /// payer.
    function close(Settlement calldata last) external;

    /// @notice The payer closes at once with the payee's consent to the final amount, signed as ChannelClose by the payee's key. It needs no voucher.
    /// A key that its wallet has ended, or that has expired, consents to nothing more; one that nobody has delegated yet consents to what is settled.
    function closeWithConsent(bytes32 channelId, uint128 cumulativeAmount, bytes calldata payeeSigner, bytes calldata consent) external;

    /// @notice The payer wants out alone: the payee has the challenge period to settle.
    function requestClose(bytes32 channelId) external;

    /// @notice After the challenge period, what is unsettled goes back to the payer. Anybody may.
    function finalizeClose(bytes32 channelId) external;

    function channel(bytes32 channelId) external view returns (Channel memory);

    function channelIdOf(address payer, bytes32 payeeKey, bytes calldata signer, bytes32 salt) external view returns (bytes32);

    /// @notice What all channels ever opened with this session key held, against its cap.
    function committedBy(bytes32 keyId) external view returns (uint256);

    /// @notice The digest that a voucher's signer signs (a P-256 key: SHA-256 of it).
    function voucherDigest(bytes32 channelId, uint128 cumulativeAmount) external view returns (bytes32);

    /// @notice The digest that a payee's key signs to agree to a close.
    function closeDigest(bytes32 channelId, uint128 cumulativeAmount) external view returns (bytes32);

    /// @notice The digest that a payer's session key signs to open a channel that it pays from.
    function openDigest(address payer, bytes32 payeeKey, bytes32 salt, uint128 amount) external view returns (bytes32);

    /// @notice The digest that a voucher's signer signs to raise the deposit to this much.
    function topUpDigest(bytes32 channelId, uint128 deposit) external view returns (bytes32);
}
