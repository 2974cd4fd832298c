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
    function open(bytes32 payeeKey, bytes calldata signer, bytes32 salt, uint128 amount) external nonReentrant returns (bytes32) {
        _requireSignerOf(msg.sender, keccak256(signer));
        return _open(msg.sender, payeeKey, signer, salt, amount);
    }

    /// @inheritdoc IChannels
    function openWithPermit(bytes32 payeeKey, bytes calldata signer, bytes32 salt, uint128 amount, ExactTransfer.Permit calldata permit)
        external
        nonReentrant
        returns (bytes32)
    {
        _requireSignerOf(msg.sender, keccak256(signer));
        token.permitExact(msg.sender, amount, permit);
        return _open(msg.sender, payeeKey, signer, salt, amount);
    }

    /// @inheritdoc IChannels
    function openBySession(address payer, bytes32 payeeKey, bytes32 salt, uint128 amount, bytes calldata signer, bytes calldata signature)
        external
        nonReentrant
        returns (bytes32)
    {
        _requireSessionOf(payer, signer, openDigest(payer, payeeKey, salt, amount), signature);
        return _open(payer, payeeKey, signer, salt, amount);
    }

    /// @inheritdoc IChannels
    function topUp(bytes32 channelId, uint128 amount) external nonReentrant {
        uint128 deposit = _state.topUp(channelId, amount);
        _deposited(channelId, amount, deposit);
    }

    /// @inheritdoc IChannels
    function topUpBySession(bytes32 channelId, uint128 deposit, bytes calldata signer, bytes calldata signature) external nonReentrant {
        Channel storage one = _state.live(channelId);
        if (keccak256(signer) != one.authorizedSigner) revert WrongSigner();
        _requireSessionOf(one.payer, signer, topUpDigest(channelId, deposit), signature);
        _deposited(channelId, _state.raise(channelId, deposit), deposit);
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
        if (msg.sender != registry.session(one.payeeKey).wallet) revert NotThePayee();
        _settle(last);
        _close(last.channelId);
    }

    /// @inheritdoc IChannels
    function closeWithConsent(bytes32 channelId, uint128 cumulativeAmount, bytes calldata payeeSigner, bytes calldata consent)
        external
        nonReentrant
    {
        Channel storage one = _state.live(channelId);
        if (msg.sender != one.payer) revert NotThePayer();
        if (keccak256(payeeSigner) != one.payeeKey) revert WrongSigner();
        bytes32 digest = closeDigest(channelId, cumulativeAmount);
        if (registry.session(one.payeeKey).wallet == address(0)) {
            Signatures.requireKey(registry.p256Verifier(), payeeSigner, digest, consent);
        } else {
            // To give up what was promised is the wallet's to allow: a stolen key that it has revoked cannot. Any scope does.
            registry.requireActive(payeeSigner, 0, digest, consent);
        }
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
    function channelIdOf(address payer, bytes32 payeeKey, bytes calldata signer, bytes32 salt) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), token, payer, payeeKey, keccak256(signer), salt));
    }

    /// @inheritdoc IChannels
    function voucherDigest(bytes32 channelId, uint128 cumulativeAmount) public view returns (bytes32) {
        return _hashTypedDataV4(ChainMessages.voucherHash(channelId, cumulativeAmount));
    }

    /// @inheritdoc IChannels
    function closeDigest(bytes32 channelId, uint128 cumulativeAmount) public view returns (bytes32) {
        return _hashTypedDataV4(ChainMessages.closeHash(channelId, cumulativeAmount));
    }

    /// @inheritdoc IChannels
    function openDigest(address payer, bytes32 payeeKey, bytes32 salt, uint128 amount) public view returns (bytes32) {
        return _hashTypedDataV4(ChainMessages.openHash(payer, payeeKey, salt, amount));
    }

    /// @inheritdoc IChannels
    function topUpDigest(bytes32 channelId, uint128 deposit) public view returns (bytes32) {
        return _hashTypedDataV4(ChainMessages.topUpHash(channelId, deposit));
    }

    /// @dev The payer's own address, or an active session key of it: the payer itself says which, and the key need not sign for that.
    function _requireSignerOf(address payer, bytes32 keyId) private view {
        if (keyId == _ownKeyOf(payer)) return;
        if (registry.session(keyId).wallet != payer || !registry.isActive(keyId, SCOPE_PAY)) revert SignerNotAllowed();
    }

    function _requireSessionOf(address payer, bytes calldata signer, bytes32 digest, bytes calldata signature) private view {
        if (registry.requireActive(signer, SCOPE_PAY, digest, signature) != payer) revert SignerNotAllowed();
    }

    function _open(address payer, bytes32 payeeKey, bytes calldata signer, bytes32 salt, uint128 amount)
        private
        returns (bytes32 channelId)
    {
        channelId = channelIdOf(payer, payeeKey, signer, salt);
        uint32 challengeSeconds = parameters.values().challengeSeconds;
        _state.open(channelId, Channel(payer, 0, false, challengeSeconds, payeeKey, amount, 0, keccak256(signer)));
        emit ChannelOpened(channelId, payer, payeeKey, signer, amount, salt);
        _take(channelId, amount);
    }

    function _deposited(bytes32 channelId, uint128 amount, uint128 deposit) private {
        emit ChannelToppedUp(channelId, amount, deposit);
        _take(channelId, amount);
    }

    /// @dev Whoever signed, it is the payer's tokens and the cap of the channel's key. The payer's own address has no cap but its balance.
    function _take(bytes32 channelId, uint128 amount) private {
        if (parameters.depositsPaused()) revert DepositsPaused();
        Channel storage one = _state.channels[channelId];
        (address payer, bytes32 keyId) = (one.payer, one.authorizedSigner);
        if (keyId != _ownKeyOf(payer)) _state.commit(keyId, amount, registry.session(keyId).cap);
        token.pull(payer, amount);
    }

    /// @dev A voucher that says nothing new is not looked at: whoever was overtaken by its own voucher in another transaction loses nothing.
    function _settle(Settlement calldata one) private returns (uint256) {
        Channel storage ch = _state.channels[one.channelId];
        if (ch.payer == address(0)) revert ChannelUnknown(one.channelId);
        if (ch.isClosed || one.cumulativeAmount <= ch.settled) return 0;
        if (keccak256(one.signer) != ch.authorizedSigner) revert WrongSigner();
        bytes32 digest = voucherDigest(one.channelId, one.cumulativeAmount);
        if (ch.authorizedSigner == _ownKeyOf(ch.payer)) {
            Signatures.requireKey(registry.p256Verifier(), one.signer, digest, one.signature);
        } else {
            registry.requireAccountable(one.signer, digest, one.signature);
        }
        return _pay(one.channelId, one.cumulativeAmount);
    }

    function _pay(bytes32 channelId, uint128 cumulativeAmount) private returns (uint256 paid) {
        paid = _state.settle(channelId, cumulativeAmount);
        emit ChannelSettled(channelId, paid, cumulativeAmount);
        if (paid == 0) return 0;
        bytes32 payeeKey = _state.channels[channelId].payeeKey;
        address wallet = registry.session(payeeKey).wallet;
        if (wallet == address(0)) revert PayeeUnclaimed(payeeKey);
        token.pay(wallet, paid);
    }

    function _close(bytes32 channelId) private {
        uint128 refunded = _state.close(channelId);
        Channel storage one = _state.channels[channelId];
        emit ChannelClosed(channelId, one.settled, refunded);
        token.pay(one.payer, refunded);
    }

    function _ownKeyOf(address payer) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(payer));
    }
}
