// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DrandBeacon} from "../src/DrandBeacon.sol";
import {IChannels} from "../src/interfaces/IChannels.sol";
import {ICommittees} from "../src/interfaces/ICommittees.sol";
import {IDisputes} from "../src/interfaces/IDisputes.sol";
import {IReceipts} from "../src/interfaces/IReceipts.sol";
import {ISessionRegistry} from "../src/interfaces/ISessionRegistry.sol";
import {Statements} from "../src/libraries/Statements.sol";
import {CommitteeTest} from "./harness/CommitteeTest.sol";
import {Keys} from "./harness/Keys.sol";
import {vm} from "./harness/Vm.sol";

/// What each call costs: contracts/snapshots/locus.json.
/// forge-config: default.isolate = true
/// forge-config: gate.isolate = true
contract GasTest is CommitteeTest {
    string private constant GROUP = "locus";

    function note(string memory name) private {
        vm.snapshotGasLastCall(GROUP, name);
    }

    function test_gas_of_sessions_and_stake() external {
        ISessionRegistry.Delegation memory d = delegationOf(bob, signerOf(0xF0F));
        bytes memory consent = Keys.wallet(BOB_KEY, delegationDigest(d));
        bytes memory possession = Keys.p256(0xF0F, possessionDigest(d));
        registry.delegate(d, consent, possession);
        note("SessionRegistry.delegate");
        vm.startPrank(bob);
        registry.revoke(keccak256(d.signer));
        note("SessionRegistry.revoke");
        stake.stake(1 ether);
        note("Stake.stake");
        stake.unbond(1 ether);
        note("Stake.unbond");
        vm.warp(NOW + 14 days);
        stake.withdraw();
        note("Stake.withdraw");
        vm.stopPrank();
        (uint8 v, bytes32 r, bytes32 s) = permitOf(BOB_KEY, address(stake), 1 ether, NOW + 15 days);
        stake.stakeWithPermit(bob, 1 ether, NOW + 15 days, v, r, s);
        note("Stake.stakeWithPermit");
    }

    function test_gas_of_channels() external {
        delegate(BOB_KEY, BOB_PAYEE);
        bytes memory signer = signerOf(ALICE_SESSION);
        vm.prank(alice);
        bytes32 id = channels.open(payeeKey, signer, "gas", 10 ether);
        note("Channels.open");
        IChannels.Settlement memory one = voucher(id, 1 ether);
        channels.settle(one);
        note("Channels.settle");
        IChannels.Settlement[] memory ten = new IChannels.Settlement[](10);
        for (uint256 i = 0; i < 10; i++) {
            vm.prank(alice);
            ten[i] = voucher(channels.open(payeeKey, signer, bytes32(i), 1 ether), 1 ether);
        }
        channels.settleMany(ten);
        note("Channels.settleMany of ten");
        one = voucher(id, 2 ether);
        vm.prank(bob);
        channels.close(one);
        note("Channels.close");
        bytes memory signature = Keys.p256(ALICE_SESSION, channels.openDigest(alice, payeeKey, "session", 1 ether));
        id = channels.openBySession(alice, payeeKey, "session", 1 ether, signer, signature);
        note("Channels.openBySession");
        signature = Keys.p256(ALICE_SESSION, channels.topUpDigest(id, 2 ether));
        channels.topUpBySession(id, 2 ether, signer, signature);
        note("Channels.topUpBySession");
        signature = Keys.p256(BOB_PAYEE, channels.closeDigest(id, 1 ether));
        bytes memory payee = signerOf(BOB_PAYEE);
        vm.prank(alice);
        channels.closeWithConsent(id, 1 ether, payee, signature);
        note("Channels.closeWithConsent");
    }

    function voucher(bytes32 id, uint128 amount) private view returns (IChannels.Settlement memory) {
        bytes memory signature = Keys.p256(ALICE_SESSION, channels.voucherDigest(id, amount));
        return IChannels.Settlement(id, amount, signerOf(ALICE_SESSION), signature);
    }

    function test_gas_of_receipts_and_proofs() external {
        IReceipts.Batch memory b = IReceipts.Batch(alice, 0, uint64(NOW / 60 - 1), "root", 9, 0, uint64(BLOCK));
        bytes memory signature = Keys.p256(ALICE_SESSION, receipts.batchDigest(b));
        receipts.commit(b, signerOf(ALICE_SESSION), signature);
        note("Receipts.commit");
        Statements.Segment memory s = Statements.Segment(JOB, 1, "a");
        IDisputes.Statement memory one =
            IDisputes.Statement(IDisputes.Kind.Segment, abi.encode(s), Keys.p256(ALICE_SESSION, Statements.digest(s)));
        s.runningHash = "b";
        IDisputes.Statement memory other =
            IDisputes.Statement(IDisputes.Kind.Segment, abi.encode(s), Keys.p256(ALICE_SESSION, Statements.digest(s)));
        announce(bob, keccak256(abi.encode(signerOf(ALICE_SESSION), one, other)));
        vm.prank(bob);
        disputes.proveEquivocation(signerOf(ALICE_SESSION), one, other, SALT);
        note("Disputes.proveEquivocation");
    }

    function test_gas_of_a_committee() external {
        bytes memory byAlice = Keys.p256(ALICE_SESSION, receiptHash);
        bytes memory byBob = Keys.p256(BOB_SESSION, Statements.digest(call));
        committees.openCase(accused, byAlice, call, byBob);
        note("Committees.openCase");
        ICommittees.Voice[] memory all = voices(order(), 12);
        committees.convict(receiptHash, all, ROUND_SIGNATURE);
        note("Committees.convict");
    }

    function test_gas_of_a_beacon_round() external {
        string memory vectors = vm.readFile("test/vectors/contracts.json");
        bytes memory key = vm.parseJsonBytes(vectors, ".beacons[0].publicKey");
        bytes memory signature = vm.parseJsonBytes(vectors, ".beacons[0].signatures[0]");
        new DrandBeacon("chain", key, 1, 3).randomnessOf(1_000, signature);
        note("DrandBeacon.randomnessOf");
    }
}
