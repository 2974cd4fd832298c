// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cbor} from "./Cbor.sol";

/// @title What an accuser computed, out of its report (protocol.md §4.4, §5.7)
/// @notice Accusers must have found the same thing: the first segment that differs and what it hashes to, or another token and where.
library Findings {
    /// @return finding equal for equal findings; zero for a report that found nothing wrong, or that owed no equality.
    function read(bytes memory report) internal pure returns (bytes32 finding) {
        if (!Cbor.isTrue(report, Cbor.field(report, 0, "exactPair"))) return 0;
        uint256 difference = Cbor.field(report, 0, "firstDifference");
        if (!Cbor.isNull(report, difference)) {
            uint256 segment = Cbor.unsigned(report, Cbor.field(report, difference, "segment"));
            return keccak256(abi.encode("differs", segment, Cbor.word(report, Cbor.field(report, difference, "rowsHash"))));
        }
        uint256 mismatch = Cbor.field(report, 0, "firstTokenMismatch");
        if (Cbor.isNull(report, mismatch)) return 0;
        uint256 chosen = Cbor.field(report, 0, "firstChosen");
        // No token at all, where the row holds no number, is above every id.
        uint256 token = Cbor.isNull(report, chosen) ? type(uint256).max : Cbor.unsigned(report, chosen);
        return keccak256(abi.encode("other-token", Cbor.unsigned(report, mismatch), token));
    }
}
