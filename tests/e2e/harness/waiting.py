"""Waiting for something outside, with a deadline and a message that says what did not come."""

import time


def wait_until(what, check, seconds=30, interval=0.05):
    """Calls `check` until it returns something true, and returns that.

    `what` may be a text or a function that describes the state at the deadline.
    """
    deadline = time.monotonic() + seconds
    while True:
        result = check()
        if result:
            return result
        if time.monotonic() >= deadline:
            description = what() if callable(what) else what
            raise AssertionError(f"not within {seconds} s: {description} (last: {result!r})")
        time.sleep(interval)


def wait_still(what, get, still, seconds=30, interval=0.05):
    """Calls `get` until it has returned the same for `still` seconds, and returns that."""
    deadline = time.monotonic() + seconds
    value, since = get(), time.monotonic()
    while True:
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds} s: {what} (last: {value!r})")
        time.sleep(interval)
        found, now = get(), time.monotonic()
        if found != value:
            value, since = found, now
        elif now - since >= still:
            return value
