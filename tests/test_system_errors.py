"""The words for what the operating system reports: in the language of the reader, and true on each system."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from typing import Iterator

import pytest

from wizard import language, system_errors
from wizard.errors import why
from wizard.language.message import Foreign, Message

USUAL = (
    *("ENOENT", "EACCES", "EPERM", "ENOSPC", "EDQUOT", "ENOTDIR", "EISDIR", "EIO", "EROFS", "EEXIST", "ENAMETOOLONG"),
    *("ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ECONNREFUSED", "ECONNRESET", "EMFILE", "EBUSY"),
)


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    yield
    language.use(language.ENGLISH)


def of_windows(code: int, number: int) -> OSError:
    """An error as Python makes it on Windows."""
    error = OSError(number, "what Windows says")
    error.winerror = code  # type: ignore[attr-defined,unused-ignore]
    return error


@pytest.mark.parametrize("name", USUAL)
def test_a_usual_error_has_words_that_stand_behind_a_colon_in_each_language(name: str) -> None:
    number = getattr(errno, name, errno.ENOSPC)
    found = why(OSError(number, os.strerror(number), "/a/b"))
    assert isinstance(found, Message) and not str(found).endswith(".") and str(found)[0].islower()
    sentence = Message("The file could not be read: {why}.", why=found)
    language.use("de")
    german = language.render(sentence)
    assert str(found) not in german and os.strerror(number) not in german and not german.endswith("..")


def test_an_unusual_one_is_said_as_the_system_says_it() -> None:
    assert why(OSError(errno.ELOOP, "Too many levels")) == Foreign("Too many levels")
    assert why(OSError("no number")) == Foreign("no number")
    assert why(OSError(Message("ours"))) == Message("ours")


def test_numbers_that_mean_something_else_are_not_taken_for_those_of_the_system() -> None:
    assert why(ssl.SSLError(1, "bad")) == Foreign("bad")  # EPERM has this number
    assert why(socket.gaierror(2, "again")) == Foreign("again")  # ENOENT has this one


@pytest.mark.parametrize(
    ("code", "number", "says"),
    [
        (32, errno.EACCES, "another program is using the file or folder"),
        (5, errno.EACCES, "access was denied"),
        (21, errno.EACCES, "the drive is not ready"),
        (53, errno.ENOENT, "the network path was not found"),
        (67, errno.ENOENT, "the network path was not found"),
        (206, errno.ENOENT, "the name or path is too long"),
        (10061, 10061, "the connection was rejected"),
    ],
)
def test_windows_has_more_codes_than_python_has_numbers(code: int, number: int, says: str) -> None:
    assert str(why(of_windows(code, number))) == says


def test_a_code_of_windows_that_is_not_known_is_said_as_windows_says_it() -> None:
    assert why(of_windows(1450, errno.EINVAL)) == Foreign("what Windows says")


def test_every_word_has_a_translation() -> None:
    words = {*system_errors._BY_ERRNO.values(), *system_errors._OF_WINDOWS.values()}
    german = language.language("de")
    assert len(words) > 15
    assert [one for one in words if german.render(one) == str(one)] == []
