#!/usr/bin/env python3
"""Fails where src/ and tests/ do not mirror include/gan/, file by file.

* The code of include/gan/<room>/<header>.hpp is src/<room>/<header>.cpp, and nothing else is in src/<room>: a part of a
  header's code may be <header>_<part>.cpp, and what only src/ sees has a header of its own there.
* Its test is tests/<room>/<header>_test.cpp, or <header>_<part>_test.cpp beside it. What is no header's test, or a header
  without one, is named in mirror.txt with the reason.
* No folder holds more than 32 files.
* gan.hpp includes every header but those of app/.
Usage: mirror.py [ROOT]
"""
import sys
from pathlib import Path

MOST_FILES = 32
SHARED = ('cpu', 'cuda')  # rooms of src/ alone: kernels, of which backend/kernels.hpp is the header


def exceptions(root):
    lines = (root / 'tests/structure/mirror.txt').read_text().splitlines()
    return {line.split('#')[0].strip() for line in lines} - {''}


def faults(root):
    known, used = exceptions(root), set()

    def excused(name):
        used.add(name)
        return name in known

    headers = {(h.parent.name, h.stem) for h in (root / 'include/gan').glob('*/*.hpp')}
    internal = {(h.parent.name, h.stem) for h in (root / 'src').glob('*/*.hpp')}

    def belongs(room, name):
        parts = name.split('_')
        return any((room, '_'.join(parts[:n])) in headers | internal for n in range(1, len(parts) + 1))

    for source in sorted((root / 'src').glob('*/*.cpp')):
        room, name = source.parent.name, source.stem
        if room not in SHARED and not belongs(room, name):
            yield f'{source.relative_to(root)}: there is no header {room}/{name}.hpp'
    for stray in sorted((root / 'src').glob('*.?pp')):
        yield f'{stray.relative_to(root)}: belongs into the folder of its room'

    rooms = {room for room, _ in headers | internal}
    for test in sorted((root / 'tests').glob('*/*_test.cpp')):
        room, name = test.parent.name, test.stem[:-len('_test')]
        if room in rooms and not belongs(room, name) and not excused(f'tests/{room}/{name}_test.cpp'):
            yield f'{test.relative_to(root)}: there is no header {room}/{name}.hpp; name it in mirror.txt, or rename it'
    for stray in sorted((root / 'tests').glob('*_test.cpp')):
        yield f'{stray.relative_to(root)}: belongs into the folder of its room'
    for room, name in sorted(headers):
        has = any((root / 'tests' / room).glob(f'{name}_test.cpp')) or any((root / 'tests' / room).glob(f'{name}_*_test.cpp'))
        if not has and not excused(f'{room}/{name}.hpp'):
            yield f'include/gan/{room}/{name}.hpp: has no test tests/{room}/{name}_test.cpp'

    for folder in sorted({f.parent for top in ('include', 'src', 'tests', 'cuda') for f in (root / top).rglob('*.*')}):
        count = sum(1 for f in folder.iterdir() if f.is_file())
        if count > MOST_FILES:
            yield f'{folder.relative_to(root)}: {count} files; at most {MOST_FILES}'

    everything = (root / 'include/gan/gan.hpp').read_text()
    for room, name in sorted(headers):
        if room != 'app' and f'"gan/{room}/{name}.hpp"' not in everything:
            yield f'include/gan/gan.hpp: does not include gan/{room}/{name}.hpp'
    for name in sorted(known - used):
        yield f'tests/structure/mirror.txt: {name} needs no line'


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    found = list(faults(root))
    print('\n'.join(found) or 'src and tests mirror the headers')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
