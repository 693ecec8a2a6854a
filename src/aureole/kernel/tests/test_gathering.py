from __future__ import annotations

from collections.abc import Sequence

import pytest

from aureole.kernel.gathering import Gathering


class Book:
    def __init__(self) -> None:
        self.writes: list[list[int]] = []
        self.pages: Gathering[int] = Gathering(self.write)

    def write(self, rows: Sequence[int]) -> None:
        self.writes.append(list(rows))


def add_and_fail(book: Book) -> None:
    with book.pages.block():
        book.pages.add([2])
        raise ValueError("trouble")


def test_outside_a_block_each_row_is_written_at_once() -> None:
    book = Book()
    book.pages.add([1])
    book.pages.add([2])
    assert book.writes == [[1], [2]]


def test_a_block_writes_once_at_its_end_and_in_order() -> None:
    book = Book()
    with book.pages.block():
        book.pages.add([2])
        book.pages.add([1])
        assert book.writes == []
    book.pages.add([3])
    assert book.writes == [[2, 1], [3]]


def test_a_block_without_rows_writes_nothing() -> None:
    book = Book()
    with book.pages.block():
        pass
    assert book.writes == []


def test_an_inner_block_that_fails_drops_its_own_rows_only() -> None:
    book = Book()
    with book.pages.block():
        book.pages.add([1])
        with pytest.raises(ValueError, match="trouble"):
            add_and_fail(book)
        with book.pages.block():
            book.pages.add([3])
    assert book.writes == [[1, 3]]


def test_a_block_that_fails_writes_nothing_and_leaves_none_open() -> None:
    book = Book()
    with pytest.raises(ValueError, match="trouble"):
        add_and_fail(book)
    book.pages.add([1])
    assert book.writes == [[1]]
