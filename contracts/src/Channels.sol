// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IChannels} from "./interfaces/IChannels.sol";
import {IParameters} from "./interfaces/IParameters.sol";
import {ISessionRegistry} from "./interfaces/ISessionRegistry.sol";
import {ChainMessages} from "./libraries/ChainMessages.sol";
import {Escrow} from "./libraries/Escrow.sol";
import {ExactTransfer} from "./libraries/ExactTransfer.sol";
import {Signatures} from "./libraries/Signatures.sol";
import {SCOPE_PAY} from "./Limits.sol";

contract Channels is IChannels, EIP712, ReentrancyGuardTransient {
    using Escrow for Escrow.State;
    using ExactTransfer for IERC20;

    IERC20 public immutable token;
    IParameters public immutable parameters;
    ISessionRegistry public immutable registry;

    Escrow.State private _state;

    constructor(IERC20 token_, IParameters parameters_, ISessionRegistry registry_) EIP712("Locus", "1") {
        token = token_;
        parameters = parameters_;
        registry = registry_;
    }

    /// @inheritdoc IChannels
    function open(address payee, bytes calldata signer, bytes32 salt, uint128 amount) external nonReentrant returns (bytes32) {
        return _open(payee, signer, salt, amount);
    }

    /// @inheritdoc IChannels
    function openWithPermit(address payee, bytes calldata signer, bytes32 salt, uint128 amount, ExactTransfer.Permit calldata permit)
        external
        nonReentrant
        returns (bytes32)
    {
        token.permitExact(msg.sender, amount, permit);
        return _open(payee, signer, salt, amount);
    }

    /// @inheritdoc IChannels
    function topUp(bytes32 channelId, uint128 amount) external nonReentrant {
        if (parameters.depositsPaused()) revert DepositsPaused();
        uint128 deposit = _state.topUp(channelId, amount);
        _commit(_state.channels[channelId].authorizedSigner, amount);
        emit ChannelToppedUp(channelId, amount, deposit);
        token.pull(msg.sender, amount);
    }

    /// @inheritdoc IChannels
    function settle(Settlement calldata one) external nonReentrant returns (uint256 paid) {
        paid = _settle(one);
    }

    /// @inheritdoc IChannels
    function settleMany(Settlement[] calldata all) external nonReentrant returns (uint256 paid) {
        for (uint256 i = 0; i < all.length; i++) {
            paid += _settle(all[i]);
        }
    }

    /// @inheritdoc IChannels
    function close(Settlement calldata last) external nonReentrant {
        Channel storage one = _state.live(last.channelId);
        if (msg.sender != one.payee) revert NotThePayee();
        _settle(last);
        _close(last.channelId);
    }

    /// @inheritdoc IChannels
    function closeWithConsent(bytes32 channelId, uint128 cumulativeAmount, bytes calldata consent) external nonReentrant {
        Channel storage one = _state.live(channelId);
        if (msg.sender != one.payer) revert NotThePayer();
        Signatures.requireWallet(one.payee, closeDigest(channelId, cumulativeAmount), consent);
        _pay(channelId, cumulativeAmount);
        _close(channelId);
    }

    /// @inheritdoc IChannels
    function requestClose(bytes32 channelId) external {
        emit CloseRequested(channelId, _state.requestClose(channelId));
    }

    /// @inheritdoc IChannels
    function finalizeClose(bytes32 channelId) external nonReentrant {
        _state.requireFinal(channelId);
        _close(channelId);
    }

    /// @inheritdoc IChannels
    function channel(bytes32 channelId) external view returns (Channel memory) {
        return _state.channels[channelId];
    }

    /// @inheritdoc IChannels
    function committedBy(bytes32 keyId) external view returns (uint256) {
        return _state.committed[keyId];
    }

    /// @inheritdoc IChannels
    function channelIdOf(address payer, address payee, bytes calldata signer, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), token, payer, payee, keccak256(signer), salt));
    }

    /// @inheritdoc IChannels
    function voucherDigest(bytes32 channelId, uint128 cumulativeAmount) public view returns (bytes32) {
        return _hashTypedDataV4(ChainMessages.voucherHash(channelId, cumulativeAmount));
    }

    /// @inheritdoc IChannels
    function closeDigest(bytes32 channelId, uint128 cumulativeAmount) public view returns (bytes32) {
        return _hashTypedDataV4(ChainMessages.closeHash(channelId, cumulativeAmount));
    }

    function _open(address payee, bytes calldata signer, bytes32 salt, uint128 amount) private returns (bytes32 channelId) {
        if (parameters.depositsPaused()) revert DepositsPaused();
        bytes32 keyId = keccak256(signer);
        if (keyId != keccak256(abi.encodePacked(msg.sender))) {
            bool isOwn = registry.session(keyId).wallet == msg.sender;
            if (!isOwn || !registry.isActive(keyId, SCOPE_PAY)) revert SignerNotAllowed();
        }
        channelId = channelIdOf(msg.sender, payee, signer, salt);
        uint32 challengeSeconds = parameters.values().challengeSeconds;
        _state.open(channelId, Channel(msg.sender, 0, false, payee, challengeSeconds, amount, 0, keyId));
        _commit(keyId, amount);
        emit ChannelOpened(channelId, msg.sender, payee, signer, amount, salt);
        token.pull(msg.sender, amount);
    }

    /// @dev The payer's own address has no cap but its balance.
    function _commit(bytes32 keyId, uint256 amount) private {
        if (keyId != keccak256(abi.encodePacked(msg.sender))) {
            _state.commit(keyId, amount, registry.session(keyId).cap);
        }
    }

    /// @dev A voucher that says nothing new is not looked at: whoever was overtaken by its own voucher in another transaction loses nothing.
    function _settle(Settlement calldata one) private returns (uint256) {
        Channel storage ch = _state.channels[one.channelId];
        if (ch.payer == address(0)) revert ChannelUnknown(one.channelId);
        if (ch.isClosed || one.cumulativeAmount <= ch.settled) return 0;
        if (keccak256(one.signer) != ch.authorizedSigner) revert WrongSigner();
        bytes32 digest = voucherDigest(one.channelId, one.cumulativeAmount);
        if (ch.authorizedSigner == keccak256(abi.encodePacked(ch.payer))) {
            Signatures.requireKey(registry.p256Verifier(), one.signer, digest, one.signature);
        } else {
            registry.requireAccountable(one.signer, digest, one.signature);
        }
        return _pay(one.channelId, one.cumulativeAmount);
    }

    function _pay(bytes32 channelId, uint128 cumulativeAmount) private returns (uint256 paid) {
        paid = _state.settle(channelId, cumulativeAmount);
        emit ChannelSettled(channelId, paid, cumulativeAmount);
        token.pay(_state.channels[channelId].payee, paid);
    }

    function _close(bytes32 channelId) private {
        uint128 refunded = _state.close(channelId);
        Channel storage one = _state.channels[channelId];
        emit ChannelClosed(channelId, one.settled, refunded);
        token.pay(one.payer, refunded);
    }
}
