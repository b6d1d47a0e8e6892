"""Errors a user can cause or repair. Each says the fact, the place, what was expected and the next step."""


class PolyvoxError(Exception):
    """Base of every error that the command line shows as one message (exit code 1)."""

    exit_code = 1


class UsageError(PolyvoxError):
    """The call itself is wrong: a path, a column, an option (exit code 2)."""

    exit_code = 2


class ConfigError(UsageError):
    """A configuration file holds an unknown key or a value of the wrong kind."""


class InputError(UsageError):
    """A named input cannot be read at all (bad rows become rejects instead)."""


class ContractError(PolyvoxError):
    """A table does not have the columns, types or values that its contract states; `fact` says what it has instead."""

    def __init__(self, message: str, fact: str = "") -> None:
        super().__init__(message)
        self.fact = fact


class ModelError(PolyvoxError):
    """A model is missing, altered or unfit for its task."""


class StorageError(PolyvoxError):
    """The output folder cannot be written, or what lies there cannot be used."""
