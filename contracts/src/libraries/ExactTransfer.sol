// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title Tokens in and out, to the last unit
/// @notice A token that takes a fee on the way would leave less here than the books say, and the last to withdraw would pay for it.
library ExactTransfer {
    using SafeERC20 for IERC20;

    struct Permit {
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    error InexactTransfer(uint256 expected, uint256 received);
    /// The token took a permit for granted that it did not use.
    error PermitNotUsed();

    function pull(IERC20 token, address from, uint256 amount) internal {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert InexactTransfer(amount, received);
    }

    /// @dev Some tokens refuse a transfer of nothing, and that must not keep a channel open.
    function pay(IERC20 token, address to, uint256 amount) internal {
        if (amount > 0) token.safeTransfer(to, amount);
    }

    /// @dev A permit can be used by whoever sees it. Then the allowance is there already, and only that matters.
    function permitExact(IERC20 token, address owner, uint256 amount, Permit memory p) internal {
        try IERC20Permit(address(token)).permit(owner, address(this), amount, p.deadline, p.v, p.r, p.s) {} catch {}
    }

    /// @dev For whoever is not the owner the permit is the owner's only word, so it must be used here and now: an allowance that lies about is no
    /// consent. A token that answers every call, like WETH's fallback, uses up no nonce.
    function permitNow(IERC20 token, address owner, uint256 amount, Permit memory p) internal {
        IERC20Permit permits = IERC20Permit(address(token));
        uint256 nonce = permits.nonces(owner);
        permits.permit(owner, address(this), amount, p.deadline, p.v, p.r, p.s);
        if (permits.nonces(owner) != nonce + 1) revert PermitNotUsed();
    }
}
