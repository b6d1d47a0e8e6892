"""Functions that worker processes of the engine tests import by name."""

import os
import time

from pipeline.errors import UsageError


def square(number: int) -> int:
    return number * number


def fail_at_three(number: int) -> int:
    if number == 3:
        raise UsageError("three is not wanted")
    return number


def die(number: int) -> int:
    os._exit(9)


def process(number: int) -> int:
    time.sleep(0.05)
    return os.getpid()
