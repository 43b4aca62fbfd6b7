"""Where a C file can be changed, and into what: one small change that a test should see.

`sites_of(path)` gives lists of Mutant, one list a place, in the order of the file. What comes out of a
macro is left alone, and so are the numbers in sizes of arrays, also by a name that has no other use in the file, and of
what is allocated, and in the labels of cases: a byte more is no mistake, and of one less the sanitizers tell. So is what makes no difference by what it
is: the two factors of calloc() changed about, or what is only asked to be the same; what the compiler is told to
expect; va_end(), which does nothing on these processors.
"""

import hashlib
import re
from dataclasses import dataclass

from clang.cindex import CursorKind, Index, TypeKind

OPERATORS = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "==": ["!="], "!=": ["=="], "&&": ["||"], "||": ["&&"],
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["/"],
    "&": ["|"], "|": ["&"], "^": ["&"], "<<": [">>"], ">>": ["<<"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "|=": ["&="], "&=": ["|="],
}  # fmt: skip
EITHER_WAY = {"calloc", "reallocarray", "fmin", "fmax"}
COMPARE = {"strcmp", "strncmp", "strcasecmp", "memcmp"}
EXPECT = {"__builtin_expect", "__builtin_expect_with_probability"}
ALLOCATE = {"malloc", "calloc", "realloc", "reallocarray", "aligned_alloc"}
STEPS = {"++": "--", "--": "++"}
BODIES = {CursorKind.COMPOUND_STMT, CursorKind.IF_STMT, CursorKind.FOR_STMT, CursorKind.WHILE_STMT,
          CursorKind.DO_STMT, CursorKind.CASE_STMT, CursorKind.DEFAULT_STMT}  # fmt: skip
# What stands beneath the declaration of an array and is no initial value.
SIZES = {CursorKind.INTEGER_LITERAL, CursorKind.BINARY_OPERATOR, CursorKind.PAREN_EXPR}
WHOLE_NUMBERS = {TypeKind.INT, TypeKind.UINT, TypeKind.LONG, TypeKind.ULONG, TypeKind.LONGLONG,
                 TypeKind.ULONGLONG, TypeKind.SHORT, TypeKind.USHORT, TypeKind.CHAR_S,
                 TypeKind.UCHAR, TypeKind.ENUM}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    path: str
    begin: int  # the bytes from here
    end: int  # to here
    becomes: str
    line: int
    was: str  # the changed lines, blanks squeezed, before
    now: str  # and after
    key: str  # the same in every run, as long as the file is

    def applied(self, text):
        return text[: self.begin] + self.becomes + text[self.end :]


def squeezed(text):
    return " ".join(text.split())


class Finder:
    def __init__(self, path, text):
        self.path, self.text, self.sites = path, text, {}
        self.allocating = 0  # how many calls that allocate are open
        self.uses = {}  # of a name of a number: whether it is the size of an array there, a use each

    def mutant(self, begin, end, becomes):
        """The change with the lines that it is in."""
        first = self.text.rfind("\n", 0, begin) + 1
        last = self.text.find("\n", end)
        was = self.text[first:last]
        now = self.text[first:begin] + becomes + self.text[end:last]
        line = self.text.count("\n", 0, begin) + 1
        key = f"{self.path}:{begin}:{self.text[begin:end]}:{becomes}:"
        digest = hashlib.sha256((key + self.text).encode()).hexdigest()[:16]
        return Mutant(self.path, begin, end, becomes, line, squeezed(was), squeezed(now), digest)

    def add(self, begin, end, *becomes):
        if 0 <= begin < end <= len(self.text):
            self.sites.setdefault((begin, end), []).extend(self.mutant(begin, end, b) for b in becomes)

    def source(self, cursor):
        """Its text and place; None where it is not, or not whole, written in this file."""
        extent = cursor.extent
        begin, end = extent.start.offset, extent.end.offset
        inside = extent.start.file and extent.start.file.name == self.path
        text = self.text[begin:end]
        if not inside or not text or any(text.count(a) != text.count(b) for a, b in ("()", "[]", "{}")):
            return None
        return begin, end, text

    def is_array(self, cursor):
        declares = (CursorKind.VAR_DECL, CursorKind.FIELD_DECL, CursorKind.PARM_DECL)
        return cursor.kind in declares and cursor.type.kind == TypeKind.CONSTANTARRAY

    def find_uses(self, cursor, sizes=False):
        """Of the names of numbers."""
        for child in cursor.get_children():
            if child.kind == CursorKind.DECL_REF_EXPR and child.referenced.kind == CursorKind.ENUM_CONSTANT_DECL:
                self.uses.setdefault(child.spelling, []).append(sizes)
            self.find_uses(child, self.is_array(child) or sizes and child.kind == CursorKind.BINARY_OPERATOR)

    # --- One rule each --------------------------------------------------------------------------

    def operator(self, cursor):
        left, right = (self.source(child) for child in cursor.get_children())
        if not left or not right or left[1] >= right[0]:
            return
        between = self.text[left[1] : right[0]]
        word = between.strip(" \n\t()")
        if word in OPERATORS:
            begin = left[1] + between.index(word)
            self.add(begin, begin + len(word), *OPERATORS[word])

    def unary(self, cursor):
        begin, end, text = self.source(cursor) or (0, 0, "")
        for step, other in STEPS.items():
            if text.startswith(step):
                self.add(begin, begin + 2, other)
            elif text.endswith(step):
                self.add(end - 2, end, other)
        if text.startswith("!"):
            self.add(begin, begin + 1, " ")

    def number(self, cursor, parent):
        begin, end, text = self.source(cursor) or (0, 0, "")
        named = parent.kind == CursorKind.ENUM_CONSTANT_DECL and self.uses.get(parent.spelling)
        sizes = bool(named) and all(named)
        sizes |= parent.kind == CursorKind.PARM_DECL  # of a parameter it is for the reader alone
        if parent.kind == CursorKind.CASE_STMT or sizes or self.allocating:
            return
        if re.fullmatch(r"(0x[0-9a-fA-F]+|\d+)[uUlL]*", text):
            value = int(re.sub("[uUlL]", "", text), 16 if text.startswith("0x") else 10)
            self.add(begin, end, str(value + 1), str(value - 1) if value else "-1")
        elif re.fullmatch(r"[\d.]+(e[-+]?\d+)?", text):
            self.add(begin, end, f"({text} * 1.01 + 0.001)", f"(-{text})")

    def condition(self, cursor):
        begin, end, text = self.source(cursor) or (0, 0, "")
        if text:
            self.add(begin, end, f"!({text})")

    def result(self, cursor):
        value = next(cursor.get_children(), None)
        begin, end, text = (value and self.source(value)) or (0, 0, "")
        kind = value and value.type.get_canonical().kind
        if not text:
            return
        if kind == TypeKind.BOOL:
            self.add(begin, end, f"!({text})")
        elif kind in WHOLE_NUMBERS:
            self.add(begin, end, "1" if text == "0" else "0")
        elif kind in (TypeKind.POINTER, TypeKind.DOUBLE) and text not in ("NULL", "0"):
            self.add(begin, end, "0")

    def arguments(self, cursor):
        values = list(cursor.get_arguments())
        for one, other in zip(values, values[1:]):
            a, b = self.source(one), self.source(other)
            alike = one.type.get_canonical().spelling == other.type.get_canonical().spelling
            if a and b and alike and a[1] < b[0] and a[2] != b[2]:
                self.add(a[0], b[1], b[2] + self.text[a[1] : b[0]] + a[2])

    def statement(self, cursor):
        """One that does something: without it."""
        begin, end, text = self.source(cursor) or (0, 0, "")
        is_word = cursor.kind in (CursorKind.BREAK_STMT, CursorKind.CONTINUE_STMT)
        if text and (is_word or self.text[end : end + 1] == ";"):
            self.add(begin, end, "")

    # --- All of them ----------------------------------------------------------------------------

    def visit(self, cursor, parent):
        kind = cursor.kind
        if kind == CursorKind.STATIC_ASSERT:
            return  # the compiler sees it, and no test comes there
        if kind in (CursorKind.BINARY_OPERATOR, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR):
            self.operator(cursor)
        elif kind == CursorKind.UNARY_OPERATOR:
            self.unary(cursor)
        elif kind in (CursorKind.INTEGER_LITERAL, CursorKind.FLOATING_LITERAL):
            self.number(cursor, parent)
        elif kind in (CursorKind.IF_STMT, CursorKind.WHILE_STMT, CursorKind.CONDITIONAL_OPERATOR):
            self.condition(next(cursor.get_children()))
        elif kind == CursorKind.RETURN_STMT:
            self.result(cursor)
        elif kind == CursorKind.CALL_EXPR and cursor.spelling not in EITHER_WAY | EXPECT:
            if cursor.spelling not in COMPARE or parent.kind == CursorKind.RETURN_STMT:
                self.arguments(cursor)
        does = kind in (CursorKind.CALL_EXPR, CursorKind.BREAK_STMT, CursorKind.CONTINUE_STMT,
                        CursorKind.COMPOUND_ASSIGNMENT_OPERATOR) or (
            kind == CursorKind.BINARY_OPERATOR and self.is_assignment(cursor))  # fmt: skip
        if does and parent.kind in BODIES and cursor.spelling != "__builtin_va_end":
            self.statement(cursor)
        allocates = kind == CursorKind.CALL_EXPR and cursor.spelling in ALLOCATE
        self.allocating += allocates
        expected = list(cursor.get_arguments())[1:] if cursor.spelling in EXPECT else []
        for child in cursor.get_children():
            if child not in expected and not (self.is_array(cursor) and child.kind in SIZES):
                self.visit(child, cursor)
        self.allocating -= allocates

    def is_assignment(self, cursor):
        left, right = (self.source(child) for child in cursor.get_children())
        return bool(left and right) and self.text[left[1] : right[0]].strip(" \n\t()") == "="


def sites_of(path, flags):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not text.isascii():
        return []  # offsets are of bytes
    unit = Index.create().parse(path, args=flags)
    finder = Finder(path, text)
    own = [one for one in unit.cursor.get_children() if one.location.file and one.location.file.name == path]
    for cursor in own:
        finder.find_uses(cursor, finder.is_array(cursor))
    for cursor in own:
        finder.visit(cursor, unit.cursor)
    return [finder.sites[place] for place in sorted(finder.sites)]
