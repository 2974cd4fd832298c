// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title A token for trying, on a chain of one's own
/// @notice Worth nothing: anybody can have as much of it as they like. Where value is at stake, any other ERC-20 takes its place.
contract TestToken is ERC20, ERC20Permit {
    uint256 public constant DRIP = 1_000 ether;

    constructor() ERC20("Locus test token", "tLOCUS") ERC20Permit("Locus test token") {}

    /// @notice A faucet.
    function drip(address to) external {
        _mint(to, DRIP);
    }
}
