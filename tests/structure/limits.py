#!/usr/bin/env python3
"""Fails on a C++ file of more than 300 lines and on a function of more than 60.

A function is told by its layout, which clang-format gives: it begins on a line at the indentation of a namespace or of a
class's members and ends with the first "}" at that indentation. Usage: limits.py [ROOT | --self-test]
"""
import re
import sys
from pathlib import Path

FILE_LINES, FUNCTION_LINES = 300, 60
FOLDERS = ('include', 'src', 'cuda', 'tests', 'examples', 'benchmarks')
TYPES = re.compile(r'^(?:template\s*<.*>\s*)?(?:inline\s+)?(?:namespace|class|struct|enum|union|extern|concept)\b')


def functions(lines):
    """(first line, number of lines) of each function; lines are counted from 1."""
    at = 0
    while at < len(lines):
        indent = len(lines[at]) - len(lines[at].lstrip())
        if not lines[at].strip() or indent > 2 or re.match(r'\s*(?://|#|\}|(?:public|private|protected):)', lines[at]):
            at += 1
            continue
        open_at = at  # the line that ends the head
        while open_at < len(lines) - 1 and not re.search(r'[;{}]\s*(?://.*)?$', lines[open_at]):
            open_at += 1
        head = ' '.join(line.strip() for line in lines[at:open_at + 1])
        if not head.endswith('{') or '(' not in head or TYPES.match(re.sub(r'^template\s*<.*?>\s*', '', head)):
            at = open_at + 1
            continue
        end = open_at + 1
        while end < len(lines) - 1 and not lines[end].startswith(' ' * indent + '}'):
            end += 1
        yield at + 1, end - at + 1
        at = end + 1


def faults(root):
    for folder in FOLDERS:
        for file in sorted((root / folder).rglob('*')):
            if file.suffix not in ('.cpp', '.hpp', '.cu', '.cuh', '.h'):
                continue
            lines = file.read_text().splitlines()
            where = file.relative_to(root)
            if len(lines) > FILE_LINES:
                yield f'{where}: {len(lines)} lines; at most {FILE_LINES}: cut it by responsibility'
            for first, count in functions(lines):
                if count > FUNCTION_LINES:
                    yield f'{where}:{first}: a function of {count} lines; at most {FUNCTION_LINES}'


def self_test():
    body = ['  f();'] * 59
    long = ['void f() {', *body, '}']
    assert list(functions(['namespace gan {', *long, '}'])) == [(2, 61)]
    assert list(functions(['struct A {', '  void g() {', '    x();', '  }', '};'])) == [(2, 3)]
    assert list(functions(['const int table[] = {', '    1,', '};'])) == []
    assert list(functions(['Tensor f(int a,', '         int b) {', '  x();', '}'])) == [(1, 4)]


def main():
    if '--self-test' in sys.argv:
        self_test()
        return 0
    found = list(faults(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]))
    print('\n'.join(found) or 'no file and no function is too long')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
