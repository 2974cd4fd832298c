// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// Says yes to every signature, or no, as its owner likes: what a contract wallet can be.
contract FickleWallet is IERC1271 {
    bool public says = true;

    function turn(bool says_) external {
        says = says_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        return says ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    /// So that it can act as a wallet.
    function act(address target, bytes calldata data) external returns (bytes memory) {
        (bool ok, bytes memory result) = target.call(data);
        require(ok, string(result));
        return result;
    }
}

/// Code that knows no signature at all.
contract SilentCode {}
