// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Channels} from "../../src/Channels.sol";
import {Receipts} from "../../src/Receipts.sol";
import {SessionRegistry} from "../../src/SessionRegistry.sol";
import {Stake} from "../../src/Stake.sol";
import {IChannels} from "../../src/interfaces/IChannels.sol";
import {IReceipts} from "../../src/interfaces/IReceipts.sol";
import {ISessionRegistry} from "../../src/interfaces/ISessionRegistry.sol";
import {IStake} from "../../src/interfaces/IStake.sol";
import {TestToken} from "../../src/local/TestToken.sol";
import {Keys} from "./Keys.sol";
import {vm} from "./Vm.sol";

/// Three people who do anything, in any order, at any time; what they could not do is refused and counted as such. It keeps books of its own.
contract Handler {
    struct World {
        TestToken token;
        SessionRegistry registry;
        Stake stake;
        Channels channels;
        Receipts receipts;
        address disputes;
    }

    World private w;
    uint256[3] private wallets = [uint256(0xA1), 0xB2, 0xC3];
    /// Computed once: a campaign asks for them a hundred times in every step.
    address[3] private addresses;
    mapping(uint256 session => bytes) private signers;
    bytes32[] public channelIds;
    bytes32[] public freezeIds;
    mapping(bytes32 channelId => uint256) public signed;
    mapping(bytes32 channelId => uint256) public lastSettled;
    /// All that a session key's channels ever took in.
    mapping(bytes32 keyId => uint256) public depositedBy;
    mapping(address who => uint256) public minted;
    mapping(bytes32 channelId => uint256 payer) private payerOf;
    mapping(uint256 who => uint256) public sessionOf;
    /// What will be delegated next: a key that may be paid before a wallet stands behind it.
    mapping(uint256 who => uint256) private nextOf;
    mapping(bytes32 channelId => uint256 payee) private payeeOf;
    uint256 private lastSession = 0x5000;

    /// What must never happen, and has not.
    bool public hasPaidEarly;
    bool public hasOverSlashed;
    bool public hasGoneBack;
    bool public hasUsedRevoked;
    bool public hasReusedKey;
    bool public hasPaidElsewhere;
    bool public hasKeptIn;
    bool public hasStakedUnasked;
    uint256 public burned;
    uint256 public calls;

    constructor(World memory world) {
        w = world;
        for (uint256 i = 0; i < 3; i++) {
            address who = vm.addr(wallets[i]);
            addresses[i] = who;
            w.token.drip(who);
            minted[who] = w.token.DRIP();
            vm.startPrank(who);
            w.token.approve(address(w.stake), type(uint256).max);
            w.token.approve(address(w.channels), type(uint256).max);
            vm.stopPrank();
            nextOf[i] = newSession();
            delegate(i);
        }
    }

    function walletOf(uint256 who) public view returns (address) {
        return addresses[who % 3];
    }

    function channelCount() external view returns (uint256) {
        return channelIds.length;
    }

    function freezeCount() external view returns (uint256) {
        return freezeIds.length;
    }

    function newSession() private returns (uint256 session) {
        session = ++lastSession;
        signers[session] = abi.encodePacked(w.registry.p256Verifier(), Keys.p256Public(session));
    }

    function signerOf(uint256 session) private view returns (bytes memory) {
        return signers[session];
    }

    function pass(uint32 time) external {
        calls++;
        vm.warp(vm.getBlockTimestamp() + time % 5 days);
        vm.roll(vm.getBlockNumber() + 1 + time % 100);
    }

    function delegate(uint256 who) public {
        calls++;
        uint256 nextSession = nextOf[who % 3];
        sessionOf[who % 3] = nextSession;
        nextOf[who % 3] = newSession();
        ISessionRegistry.Delegation memory d = ISessionRegistry.Delegation(
            walletOf(who), signerOf(nextSession), 7, 700 ether, uint64(block.timestamp), uint64(block.timestamp + 30 days), ""
        );
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "SessionDelegation(address wallet,bytes signer,uint32 scope,uint128 cap,uint64 validAfter,uint64 validUntil,string origin)"
                ),
                d.wallet,
                keccak256(d.signer),
                d.scope,
                d.cap,
                d.validAfter,
                d.validUntil,
                keccak256("")
            )
        );
        bytes32 possession = keccak256(abi.encode(keccak256("SessionPossession(bytes32 delegation)"), structHash));
        bytes memory held = Keys.p256(nextSession, keccak256(abi.encodePacked(hex"1901", domain(), possession)));
        vm.prank(d.wallet);
        w.registry.delegate(d, "", held);
        vm.prank(d.wallet);
        try w.registry.delegate(d, "", held) {
            hasReusedKey = true;
        } catch {}
    }

    function domain() private view returns (bytes32) {
        bytes32 domainType = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        return keccak256(abi.encode(domainType, keccak256("Locus"), keccak256("1"), block.chainid, address(w.registry)));
    }

    function revoke(uint256 who) external {
        calls++;
        bytes32 keyId = keccak256(signerOf(sessionOf[who % 3]));
        vm.prank(walletOf(who));
        try w.registry.revoke(keyId) {} catch {}
    }

    function bond(uint256 who, uint128 amount) external {
        calls++;
        vm.prank(walletOf(who));
        try w.stake.stake(amount % 400 ether) {} catch {}
    }

    function unbond(uint256 who, uint128 amount) external {
        calls++;
        vm.prank(walletOf(who));
        try w.stake.unbond(amount % 200 ether) {} catch {}
    }

    function withdraw(uint256 who) external {
        calls++;
        address wallet = walletOf(who);
        IStake.Lock[] memory locks = w.stake.locksOf(wallet);
        uint256 open = 0;
        for (uint256 i = 0; i < locks.length; i++) {
            if (locks[i].unlockAt <= block.timestamp) open += locks[i].amount;
        }
        vm.prank(wallet);
        try w.stake.withdraw() returns (uint256 paid) {
            if (paid > open) hasPaidEarly = true;
        } catch {}
    }

    function slash(uint256 who, uint256 reporter) external {
        calls++;
        address wallet = walletOf(who);
        bytes32 id = keccak256(abi.encode(calls));
        uint256 before = w.stake.slashableOf(wallet);
        vm.prank(w.disputes);
        uint256 amount = w.stake.freezeShare(id, wallet, walletOf(reporter));
        if (amount > before / 10 || w.stake.slashableOf(wallet) != before - amount) hasOverSlashed = true;
        freezeIds.push(id);
    }

    function resolve(uint256 which, bool isRefuted) external {
        calls++;
        if (freezeIds.length == 0) return;
        bytes32 id = freezeIds[which % freezeIds.length];
        if (isRefuted) {
            vm.prank(w.disputes);
            try w.stake.release(id) {} catch {}
        } else {
            try w.stake.carryOut(id) {
                if (block.timestamp < w.stake.freezeOf(id).resolveAt) hasPaidEarly = true;
            } catch {}
        }
    }

    function claim(uint256 who) external {
        calls++;
        vm.prank(walletOf(who));
        try w.stake.claimReward() {} catch {}
    }

    /// Whoever is paid has a wallet, or will have one.
    function payeeOfNew(uint256 to, bool isLater) private view returns (uint256 session, bytes32 keyId) {
        session = isLater ? nextOf[to % 3] : sessionOf[to % 3];
        keyId = keccak256(signerOf(session));
    }

    function noteOpened(bytes32 id, uint256 who, uint256 payee, bool mayPay) private {
        if (!mayPay) hasUsedRevoked = true;
        channelIds.push(id);
        (payerOf[id], payeeOf[id]) = (sessionOf[who % 3], payee);
        IChannels.Channel memory c = w.channels.channel(id);
        depositedBy[c.authorizedSigner] += c.deposit;
    }

    function open(uint256 who, uint256 to, uint128 amount, bool isLater) external {
        calls++;
        bytes memory signer = signerOf(sessionOf[who % 3]);
        bool mayPay = w.registry.isActive(keccak256(signer), 4);
        (uint256 payee, bytes32 payeeKey) = payeeOfNew(to, isLater);
        vm.prank(walletOf(who));
        try w.channels.open(payeeKey, signer, bytes32(calls), amount % 300 ether) returns (bytes32 id) {
            noteOpened(id, who, payee, mayPay);
        } catch {}
    }

    function openBySession(uint256 who, uint256 to, uint128 amount, bool isLater) external {
        calls++;
        amount = amount % 300 ether;
        bytes memory signer = signerOf(sessionOf[who % 3]);
        bool mayPay = w.registry.isActive(keccak256(signer), 4);
        (uint256 payee, bytes32 payeeKey) = payeeOfNew(to, isLater);
        address payer = walletOf(who);
        bytes memory signature = Keys.p256(sessionOf[who % 3], w.channels.openDigest(payer, payeeKey, bytes32(calls), amount));
        try w.channels.openBySession(payer, payeeKey, bytes32(calls), amount, signer, signature) returns (bytes32 id) {
            noteOpened(id, who, payee, mayPay);
            try w.channels.openBySession(payer, payeeKey, bytes32(calls), amount, signer, signature) {
                hasReusedKey = true;
            } catch {}
        } catch {}
    }

    function topUp(uint256 which, uint128 amount) external {
        calls++;
        if (channelIds.length == 0) return;
        bytes32 id = channelIds[which % channelIds.length];
        IChannels.Channel memory c = w.channels.channel(id);
        amount = amount % 100 ether;
        vm.prank(c.payer);
        try w.channels.topUp(id, amount) {
            depositedBy[c.authorizedSigner] += amount;
        } catch {}
    }

    function topUpBySession(uint256 which, uint128 amount) external {
        calls++;
        if (channelIds.length == 0) return;
        bytes32 id = channelIds[which % channelIds.length];
        IChannels.Channel memory c = w.channels.channel(id);
        uint128 deposit = c.deposit - c.deposit / 8 + amount % 100 ether;
        bool mayPay = w.registry.isActive(c.authorizedSigner, 4);
        bytes memory signature = Keys.p256(payerOf[id], w.channels.topUpDigest(id, deposit));
        try w.channels.topUpBySession(id, deposit, signerOf(payerOf[id]), signature) {
            if (!mayPay) hasUsedRevoked = true;
            if (c.closeRequestedAt != 0 || c.isClosed) hasKeptIn = true;
            if (deposit <= c.deposit) hasGoneBack = true;
            depositedBy[c.authorizedSigner] += w.channels.channel(id).deposit - c.deposit;
        } catch {}
    }

    /// A stranger brings the owner's permit, or one that the owner never gave.
    function stakeByPermit(uint256 who, uint128 amount, bool isGiven) external {
        calls++;
        amount = amount % 100 ether;
        address holder = walletOf(who);
        uint256 bonded = w.stake.bondedOf(holder);
        bytes32 permitType = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 given = keccak256(
            abi.encode(permitType, holder, address(w.stake), isGiven ? amount : amount + 1, w.token.nonces(holder), type(uint256).max)
        );
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(wallets[who % 3], keccak256(abi.encodePacked(hex"1901", w.token.DOMAIN_SEPARATOR(), given)));
        try w.stake.stakeWithPermit(holder, amount, type(uint256).max, v, r, s) {
            if (!isGiven || w.stake.bondedOf(holder) != bonded + amount) hasStakedUnasked = true;
            // The allowance is as it was, for what else is done here.
            vm.prank(holder);
            w.token.approve(address(w.stake), type(uint256).max);
        } catch {}
    }

    function settle(uint256 which, uint128 amount, bool isLast) external {
        calls++;
        if (channelIds.length == 0) return;
        bytes32 id = channelIds[which % channelIds.length];
        IChannels.Channel memory c = w.channels.channel(id);
        amount = uint128(amount % (uint256(c.deposit) + c.deposit / 10 + 1));
        if (amount > signed[id] && amount <= c.deposit) signed[id] = amount;
        bytes memory signature = Keys.p256(payerOf[id], w.channels.voucherDigest(id, amount));
        IChannels.Settlement memory one = IChannels.Settlement(id, amount, signerOf(payerOf[id]), signature);
        bool mayCount = w.registry.accountableUntil(c.authorizedSigner) > block.timestamp;
        address wallet = w.registry.session(c.payeeKey).wallet;
        uint256 before = w.token.balanceOf(wallet);
        if (isLast) {
            vm.prank(wallet);
            try w.channels.close(one) {} catch {}
        } else {
            try w.channels.settle(one) returns (uint256 paid) {
                if (paid > 0 && !mayCount) hasUsedRevoked = true;
                if (paid > 0 && (wallet == address(0) || w.token.balanceOf(wallet) != before + paid)) hasPaidElsewhere = true;
            } catch {}
        }
        noteSettled(id);
    }

    function noteSettled(bytes32 id) private {
        uint256 settled = w.channels.channel(id).settled;
        if (settled < lastSettled[id]) hasGoneBack = true;
        lastSettled[id] = settled;
    }

    function closeTogether(uint256 which, uint128 amount) external {
        calls++;
        if (channelIds.length == 0) return;
        bytes32 id = channelIds[which % channelIds.length];
        IChannels.Channel memory c = w.channels.channel(id);
        amount = uint128(c.settled + amount % (uint256(c.deposit) - c.settled + 1));
        bytes memory payee = signerOf(payeeOf[id]);
        bytes memory consent = Keys.p256(payeeOf[id], w.channels.closeDigest(id, amount));
        bool mayConsent = w.registry.session(c.payeeKey).wallet == address(0) || w.registry.isActive(c.payeeKey, 1);
        vm.prank(c.payer);
        try w.channels.closeWithConsent(id, amount, payee, consent) {
            if (!mayConsent) hasUsedRevoked = true;
            if (amount > signed[id]) signed[id] = amount;
        } catch {}
        noteSettled(id);
    }

    function leave(uint256 which, bool isFinal) external {
        calls++;
        if (channelIds.length == 0) return;
        bytes32 id = channelIds[which % channelIds.length];
        IChannels.Channel memory c = w.channels.channel(id);
        if (!isFinal) {
            vm.prank(c.payer);
            try w.channels.requestClose(id) {} catch {}
            return;
        }
        try w.channels.finalizeClose(id) {
            if (c.closeRequestedAt == 0 || block.timestamp < c.closeRequestedAt + 2 days) hasPaidEarly = true;
        } catch {}
    }

    function commit(uint256 who, bytes32 root) external {
        calls++;
        uint256 session = sessionOf[who % 3];
        bytes memory signer = signerOf(session);
        bool maySign = w.registry.isActive(keccak256(signer), 1);
        uint64 epoch = uint64(block.timestamp / 60 - 1);
        IReceipts.Batch memory b = IReceipts.Batch(walletOf(who), 0, epoch, root, 1, 0, uint64(block.number - 1));
        bytes memory signature = Keys.p256(session, w.receipts.batchDigest(b));
        bytes32 held = w.receipts.rootOf(b.participant, 0, epoch).root;
        try w.receipts.commit(b, signer, signature) {
            if (!maySign || held != 0) hasUsedRevoked = true;
        } catch {}
    }
}
