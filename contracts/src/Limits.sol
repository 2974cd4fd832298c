// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// Every bound that no owner can move, each with its reason.

/// @dev How long a statement can be held against whoever signed it, and how long stake stays in reach: a week, so that somebody who looks once a
/// week still can.
uint256 constant DISPUTE_WINDOW = 7 days;

/// @dev A delegation is renewed by one prompt a month; a stolen key is useless after that.
uint256 constant MAX_SESSION_SECONDS = 30 days;

/// @dev Parts of ten thousand.
uint256 constant BPS = 10_000;

/// @dev No event takes more than a tenth: whatever is wrong with a proof, nobody is ruined by one.
uint256 constant MAX_SLASH_BPS = 1_000;

/// @dev The reporter gets at most half, so that accusing oneself never pays; the rest is burned.
uint256 constant MAX_REPORTER_BPS = 5_000;

/// @dev Whoever disagrees with a parameter can begin to leave first: the dates of locks and channels that exist do not move.
uint256 constant PARAMETER_DELAY = 14 days;

/// @dev Locks of one wallet that are open at once: a slash walks over all of them.
uint256 constant MAX_OPEN_LOCKS = 16;

/// @dev Burned tokens go where nobody has a key: not every token burns, and many refuse the zero address.
address constant BURNED = 0x000000000000000000000000000000000000dEaD;

/// @dev Bits of a session's scope.
uint32 constant SCOPE_SERVE = 1;
uint32 constant SCOPE_VERIFY = 2;
uint32 constant SCOPE_PAY = 4;
