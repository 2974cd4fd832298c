// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

abstract contract FreeToken is ERC20("odd", "ODD") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

/// Keeps a hundredth of every transfer.
contract FeeToken is FreeToken {
    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0xFEE), value / 100);
    }
}

/// Returns nothing, as some of the largest tokens do.
contract SilentToken is FreeToken {
    function transfer(address to, uint256 value) public override returns (bool) {
        super.transfer(to, value);
        assembly {
            return(0, 0)
        }
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        super.transferFrom(from, to, value);
        assembly {
            return(0, 0)
        }
    }
}

/// Answers every call that it does not know with a word of zeros, as a fallback does.
contract PhantomToken is FreeToken {
    fallback(bytes calldata) external returns (bytes memory) {
        return abi.encode(0);
    }
}

/// Says false instead of reverting.
contract LyingToken is FreeToken {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// Takes, and says false when it should give.
contract KeepingToken is FreeToken {
    function transfer(address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// Refuses transfers of nothing, and of whoever is on its list.
contract StrictToken is FreeToken {
    mapping(address => bool) public isBlocked;

    function blockAccount(address who) external {
        isBlocked[who] = true;
    }

    function _update(address from, address to, uint256 value) internal override {
        require(value > 0 && !isBlocked[from] && !isBlocked[to], "refused");
        super._update(from, to, value);
    }
}

/// Calls back whoever it was told to, in the middle of every transfer.
contract ReentrantToken is FreeToken {
    address private target;
    bytes private data;
    bool public hasEntered;

    /// Whether it still waits for its moment.
    function isArmed() external view returns (bool) {
        return target != address(0);
    }

    function arm(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (target == address(0)) return;
        (address callee, bytes memory again) = (target, data);
        target = address(0);
        (bool ok,) = callee.call(again);
        hasEntered = hasEntered || ok;
    }
}
