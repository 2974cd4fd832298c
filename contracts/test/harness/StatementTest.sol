// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputes} from "../../src/interfaces/IDisputes.sol";
import {Statements} from "../../src/libraries/Statements.sol";
import {Keys} from "./Keys.sol";
import {LocusTest} from "./LocusTest.sol";
import {vm} from "./Vm.sol";

/// Alice provides, Bob asks; both have something at stake.
abstract contract StatementTest is LocusTest {
    bytes32 internal constant JOB = keccak256("job");
    bytes32 internal constant CELL = keccak256("cell");
    bytes32 internal constant SALT = "salt";

    function setUp() public virtual override {
        super.setUp();
        delegate(ALICE_KEY, ALICE_SESSION);
        delegate(BOB_KEY, BOB_SESSION);
        bondFor(alice, 100 ether);
        bondFor(bob, 100 ether);
    }

    function receiptOf(bytes32 jobId, bytes32 outputHash) internal pure returns (Statements.Receipt memory) {
        return Statements.Receipt({
            jobId: jobId,
            modelRoot: keccak256("model"),
            cell: CELL,
            promptHash: keccak256("prompt"),
            outputHash: outputHash,
            firstToken: 0,
            tokenCount: 64,
            finish: "length",
            seed: keccak256("seed"),
            sampler: Statements.Sampler(800, 40, 950),
            requesterKey: Keys.p256Public(BOB_SESSION),
            providerKey: Keys.p256Public(ALICE_SESSION),
            issuedAt: 1
        });
    }

    function callOf(bytes32 receiptHash, uint64 round) internal view returns (Statements.AuditCall memory) {
        return Statements.AuditCall({
            receiptHash: receiptHash,
            bundleHash: keccak256("bundle"),
            beaconChain: beacon.chainHash(),
            beaconRound: round,
            rateMillionths: 1_000_000,
            rosterHash: keccak256("roster"),
            verifiers: 15,
            previous: keccak256("alarm"),
            requesterKey: Keys.p256Public(BOB_SESSION),
            issuedAt: 1
        });
    }

    function attestationOf(bytes32 callHash, bytes32 receiptHash, string memory verdict)
        internal
        pure
        returns (Statements.Attestation memory)
    {
        return Statements.Attestation({
            callHash: callHash,
            receiptHash: receiptHash,
            cell: CELL,
            verdict: verdict,
            reason: "",
            segment: type(uint32).max,
            report: keccak256("report"),
            thresholds: 0,
            verifierKey: Keys.p256Public(ALICE_SESSION),
            issuedAt: 1
        });
    }

    /// The whole report: announced a block before, then proved by `who`.
    function report(address who, uint256 sessionKey, IDisputes.Statement memory one, IDisputes.Statement memory other)
        internal
        returns (bytes32)
    {
        bytes memory signer = signerOf(sessionKey);
        announce(who, keccak256(abi.encode(signer, one, other)));
        vm.prank(who);
        return disputes.proveEquivocation(signer, one, other, SALT);
    }

    function announce(address who, bytes32 proof) internal {
        vm.prank(who);
        disputes.announce(keccak256(abi.encode(who, proof, SALT)));
        vm.roll(vm.getBlockNumber() + 1);
    }
}
