#!/usr/bin/env python3
"""The C++ of the documentation, for the tests to compile.

Usage: extract.py --out FOLDER    writes sources; prints a line "NAME compile" or "NAME run" for every NAME.cpp
       extract.py --check         fails on a quotation or a link that is not right
       extract.py --self-test

A block of README.md or docs/**/*.md says after its fence what it is. A renderer shows only the first word:
  ```cpp                statements: compiled as the body of a function, after the page's declarations
  ```cpp declarations   compiled at namespace scope; what it declares serves the rest of the page
  ```cpp program        a whole program: compiled and linked
  ```cpp program run    ... and run in an empty folder, where it must exit with 0
  ```cpp excerpt PATH   quoted: these lines stand in that file, one after the other (indentation apart)
Statements may need what the text around them only talks about. It is declared in a comment before the block, as the
parameters of that function:
  <!-- given: Trainer& trainer, Sequential& G -->
Errors of the compiler name the page and the line.
"""
import re
import sys
import tempfile
from pathlib import Path

FENCE = re.compile(r'^```(\S*)[ \t]*(.*)$')
GIVEN = re.compile(r'<!-- given: (.*?) -->')
LINK = re.compile(r'\[[^\]]*\]\(([^)\s#]+)[^)]*\)')
SPOKEN = {'', 'cpp', 'cmake', 'sh', 'text'}  # languages of fences


class Block:
    def __init__(self, page, line, info, code, given):
        self.page, self.line, self.info, self.code, self.given = page, line, info, code, given


def pages_of(root):
    return [p for p in [root / 'README.md', *sorted((root / 'docs').rglob('*.md'))] if p.is_file()]


def blocks_of(root, page):
    """Every C++ block of a page; ValueError for a fence that nothing reads."""
    name = page.relative_to(root).as_posix()
    blocks, given, block = [], '', None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = FENCE.match(line)
        if block is None:
            if fence:
                if fence[1] not in SPOKEN:
                    raise ValueError(f"{name}:{number}: a fence of '{fence[1]}'; known are {sorted(SPOKEN - {''})}")
                block = Block(name, number + 1, fence[2].split(), [], given)
                block.language, given = fence[1], ''
            elif GIVEN.search(line):
                given = GIVEN.search(line)[1]
        elif fence:
            if block.language == 'cpp':
                kind = block.info[:1]
                if not (block.info in ([], ['declarations'], ['program'], ['program', 'run'])
                        or (kind == ['excerpt'] and len(block.info) == 2)):
                    raise ValueError(f"{name}:{block.line - 1}: nothing is known of '{' '.join(block.info)}'")
                blocks.append(block)
            block = None
        else:
            block.code.append(line)
    if block is not None:
        raise ValueError(f'{name}:{block.line - 1}: the fence is not closed')
    return blocks


def identifier(page):
    return re.sub(r'\W', '_', Path(page).with_suffix('').as_posix().removeprefix('docs/').lower())


def write_if_new(path, text):
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


def extract(root, out):
    """Writes fragments.cpp and a source for every program; returns the lines to print."""
    out.mkdir(parents=True, exist_ok=True)
    fragments, programs = ['#include <gan/gan.hpp>\n'], []
    for page in pages_of(root):
        blocks = blocks_of(root, page)
        name = identifier(page.relative_to(root))
        fragments.append(f'namespace docs_{name} {{\nusing namespace gan;\n')
        count = 0
        for number, block in enumerate(blocks):
            code = f'#line {block.line} "{block.page}"\n' + '\n'.join(block.code) + '\n'
            if not block.info:
                fragments.append(f'void statements_{number}({block.given}) {{\n{code}}}\n')
            elif block.info == ['declarations']:
                fragments.append(code)
            elif block.info[0] == 'program':
                count += 1
                write_if_new(out / f'{name}_{count}.cpp', code)
                programs.append(f"{name}_{count} {'run' if 'run' in block.info else 'compile'}")
        fragments.append(f'}}  // namespace docs_{name}\n')
    write_if_new(out / 'fragments.cpp', ''.join(fragments))
    return programs


def faults(root):
    """Quotations that the quoted file does not hold, links that lead nowhere."""
    for page in pages_of(root):
        name = page.relative_to(root).as_posix()
        for block in blocks_of(root, page):
            if block.info[:1] != ['excerpt']:
                continue
            path = root / block.info[1]
            lines = [line.strip() for line in path.read_text().splitlines()] if path.is_file() else []
            quoted = [line.strip() for line in block.code]
            if not any(lines[i:i + len(quoted)] == quoted for i in range(len(lines))):
                yield f'{name}:{block.line}: {block.info[1]} does not hold these lines'
        outside = re.sub(r'```.*?```', lambda m: '\n' * m[0].count('\n'), page.read_text(), flags=re.S)
        for match in LINK.finditer(outside):
            target = match[1]
            if '://' in target:
                continue
            if not (page.parent / target).exists():
                yield f'{name}:{outside.count(chr(10), 0, match.start()) + 1}: the link to {target} leads nowhere'


def self_test():
    page = ('[good](docs/a.md) [bad](nowhere.md)\n<!-- given: int n -->\n```cpp\nuse(n);\n```\n```cpp declarations\nvoid f();\n```\n'
            '```cpp program run\nint main() {}\n```\n```cpp excerpt a.hpp\nint b;\nint c;\n```\n'
            '```cpp excerpt a.hpp\nint c;\nint b;\n```\n```sh\nls [x](y)\n```\n')
    found = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / 'docs').mkdir()
        (root / 'README.md').write_text(page)
        (root / 'docs/a.md').write_text('')
        (root / 'a.hpp').write_text('int a;\n  int b;\n  int c;\n')
        programs = extract(root, root / 'out')
        if programs != ['readme_1 run']:
            found.append(f'programs: {programs}')
        text = (root / 'out/fragments.cpp').read_text()
        for wanted in ('void statements_0(int n) {\n#line 4 "README.md"\nuse(n);\n}', '#line 7 "README.md"\nvoid f();'):
            if wanted not in text:
                found.append(f'fragments lack {wanted!r}')
        wrong = list(faults(root))
        if [w.split(': ')[0] for w in wrong] != ['README.md:17', 'README.md:1']:
            found.append(f'faults: {wrong}')
        for broken in ('```c++\n```\n', '```cpp progam\n```\n', '```cpp\n'):
            (root / 'README.md').write_text(broken)
            try:
                extract(root, root / 'out')
                found.append(f'{broken!r} was accepted')
            except ValueError:
                pass
    return found


def main():
    root = Path(__file__).resolve().parents[2]
    if '--self-test' in sys.argv:
        found = self_test()
    elif '--check' in sys.argv:
        found = list(faults(root))
    elif len(sys.argv) == 3 and sys.argv[1] == '--out':
        print('\n'.join(extract(root, Path(sys.argv[2]))))
        return 0
    else:
        sys.exit(__doc__)
    print('\n'.join(found) or 'the documentation is in order')
    return 1 if found else 0


if __name__ == '__main__':
    try:
        sys.exit(main())
    except ValueError as error:
        sys.exit(str(error))
