// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Channels} from "../../src/Channels.sol";
import {Committees} from "../../src/Committees.sol";
import {Disputes} from "../../src/Disputes.sol";
import {P256Verifier} from "../../src/P256Verifier.sol";
import {Parameters} from "../../src/Parameters.sol";
import {Receipts} from "../../src/Receipts.sol";
import {SessionRegistry} from "../../src/SessionRegistry.sol";
import {Stake} from "../../src/Stake.sol";
import {IParameters} from "../../src/interfaces/IParameters.sol";
import {ISessionRegistry} from "../../src/interfaces/ISessionRegistry.sol";
import {ChainMessages} from "../../src/libraries/ChainMessages.sol";
import {TestToken} from "../../src/local/TestToken.sol";
import {Keys} from "./Keys.sol";
import {ScriptedBeacon} from "./ScriptedBeacon.sol";
import {Vm, vm} from "./Vm.sol";

/// Everything deployed as it would be, at a time that is none.
abstract contract LocusTest {
    uint256 internal constant NOW = 1_800_000_000;
    uint256 internal constant BLOCK = 1_000;
    uint256 internal constant STAKE_UNIT = 1e12;
    uint32 internal constant ALL_SCOPES = 7;

    uint256 internal constant ALICE_KEY = 0xA11CE;
    uint256 internal constant BOB_KEY = 0xB0B;
    /// P-256 keys of sessions.
    uint256 internal constant ALICE_SESSION = 0xA11CE5;
    uint256 internal constant BOB_SESSION = 0xB0B5;
    /// What Bob is paid by.
    uint256 internal constant BOB_PAYEE = 0xB0BE;

    address internal alice = vm.addr(ALICE_KEY);
    address internal bob = vm.addr(BOB_KEY);
    address internal mallory = address(0xBAD);
    address internal owner = address(0x0BE4);

    P256Verifier internal verifier;
    SessionRegistry internal registry;
    Parameters internal parameters;
    Stake internal stake;
    Channels internal channels;
    Receipts internal receipts;
    Disputes internal disputes;
    Committees internal committees;
    ScriptedBeacon internal beacon;
    TestToken internal token;
    bytes32 internal payeeKey;

    function setUp() public virtual {
        vm.warp(NOW);
        vm.roll(BLOCK);
        token = new TestToken();
        deploy(IERC20(address(token)));
        fund(alice);
        fund(bob);
    }

    function deploy(IERC20 money) internal {
        verifier = new P256Verifier();
        beacon = new ScriptedBeacon();
        registry = new SessionRegistry(address(verifier));
        parameters = new Parameters(owner, standard());
        // Stake knows the two that may slash, and they know it: their addresses follow from the deployer's nonce.
        uint64 nonce = vm.getNonce(address(this));
        stake = new Stake(
            money, parameters, vm.computeCreateAddress(address(this), nonce + 2), vm.computeCreateAddress(address(this), nonce + 3)
        );
        receipts = new Receipts(registry, stake);
        disputes = new Disputes(registry, stake, receipts);
        committees = new Committees(registry, stake, beacon, STAKE_UNIT);
        channels = new Channels(money, parameters, registry);
        payeeKey = keyIdOf(BOB_PAYEE);
    }

    function standard() internal pure returns (IParameters.Values memory) {
        return IParameters.Values({
            unbondingSeconds: 14 days, challengeSeconds: 2 days, resolutionSeconds: 3 days, slashBps: 1_000, reporterBps: 2_500
        });
    }

    function fund(address who) internal {
        token.drip(who);
        vm.startPrank(who);
        token.approve(address(stake), type(uint256).max);
        token.approve(address(channels), type(uint256).max);
        vm.stopPrank();
    }

    /// ERC-7913 signer of a P-256 session key.
    function signerOf(uint256 sessionKey) internal view returns (bytes memory) {
        return abi.encodePacked(address(verifier), Keys.p256Public(sessionKey));
    }

    function keyIdOf(uint256 sessionKey) internal view returns (bytes32) {
        return keccak256(signerOf(sessionKey));
    }

    function delegationOf(address wallet, bytes memory signer) internal view returns (ISessionRegistry.Delegation memory) {
        return ISessionRegistry.Delegation({
            wallet: wallet,
            signer: signer,
            scope: ALL_SCOPES,
            cap: 500 ether,
            validAfter: uint64(block.timestamp),
            validUntil: uint64(block.timestamp + 30 days),
            origin: "https://locus.example"
        });
    }

    function delegationDigest(ISessionRegistry.Delegation memory d) internal view returns (bytes32) {
        return onChain(address(registry), ChainMessages.hash(d));
    }

    function possessionDigest(ISessionRegistry.Delegation memory d) internal view returns (bytes32) {
        return onChain(address(registry), ChainMessages.possessionHash(ChainMessages.hash(d)));
    }

    /// EIP-712 under a contract's own domain, computed without it.
    function onChain(address verifyingContract, bytes32 structHash) internal view returns (bytes32) {
        bytes32 domainType = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 separator = keccak256(abi.encode(domainType, keccak256("Locus"), keccak256("1"), block.chainid, verifyingContract));
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    /// The wallet itself hands the delegation in.
    function delegate(uint256 walletKey, uint256 sessionKey) internal returns (bytes32) {
        ISessionRegistry.Delegation memory d = delegationOf(vm.addr(walletKey), signerOf(sessionKey));
        return delegateAs(d, sessionKey);
    }

    function delegateAs(ISessionRegistry.Delegation memory d, uint256 sessionKey) internal returns (bytes32) {
        bytes memory possession = Keys.p256(sessionKey, possessionDigest(d));
        vm.prank(d.wallet);
        return registry.delegate(d, "", possession);
    }

    /// ERC-2612, of `TestToken`.
    function permitOf(uint256 walletKey, address spender, uint256 amount, uint256 deadline)
        internal
        view
        returns (uint8, bytes32, bytes32)
    {
        address holder = vm.addr(walletKey);
        bytes32 permitType = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(permitType, holder, spender, amount, token.nonces(holder), deadline));
        return vm.sign(walletKey, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash)));
    }

    function bondFor(address wallet, uint128 amount) internal {
        vm.prank(wallet);
        stake.stake(amount);
    }

    /// A mirror sends the victim's own call first. The victim and everybody else end as they would have ended, and the mirror has gained nothing.
    function mirrored(address victim, address target, bytes memory data) internal {
        uint256 state = vm.snapshotState();
        vm.prank(victim);
        (bool isDone,) = target.call(data);
        vm.assertTrue(isDone);
        bytes32 alone = world();
        vm.revertToState(state);
        uint256 before = wealth(mallory);
        vm.prank(mallory);
        (bool isMirrored,) = target.call(data);
        vm.prank(victim);
        (bool isStillDone,) = target.call(data);
        vm.assertTrue(isMirrored || isStillDone);
        vm.assertEq(world(), alone);
        vm.assertLe(wealth(mallory), before);
    }

    function wealth(address who) internal view returns (uint256) {
        return token.balanceOf(who) + stake.slashableOf(who) + stake.rewardOf(who);
    }

    /// What Alice and Bob have and are; a test adds what it is about.
    function world() internal view virtual returns (bytes32) {
        bytes memory ofAlice =
            abi.encode(wealth(alice), token.balanceOf(alice), stake.bondedOf(alice), stake.rewardOf(alice), stake.locksOf(alice));
        bytes memory ofBob = abi.encode(wealth(bob), token.balanceOf(bob), stake.bondedOf(bob), stake.rewardOf(bob), stake.locksOf(bob));
        bytes memory keys = abi.encode(registry.session(keyIdOf(ALICE_SESSION)), registry.session(keyIdOf(BOB_SESSION)));
        return keccak256(abi.encode(ofAlice, ofBob, keys));
    }

    function bound(uint256 value, uint256 low, uint256 high) internal pure returns (uint256) {
        return low + value % (high - low + 1);
    }
}
