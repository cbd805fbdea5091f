#!/usr/bin/env python3
"""Fails on an #include edge that layers.txt does not allow, and on a third party's name in a public header.

Usage: layering.py [ROOT | --self-test]
"""
import re
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.M)
COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|//[^\n]*|/\*.*?\*/', re.S)
FOREIGN = re.compile(r'\b(?:Eigen\b|EIGEN_|cblas|CBLAS|openblas|OPENBLAS|cuda[A-Z]|cuda_(?:runtime|fp16|bf16)\b'
                     r'|cublas|CUBLAS|cudnn|CUDNN|curand|CURAND|nccl|NCCL)\w*|<cu(?:da)?/|<toml\+\+/')


def without_comments(text):
    """The code with every comment blanked, line numbers kept."""
    def blank(match):
        token = match.group(0)
        return re.sub(r'[^\n]', ' ', token) if token.startswith('/') else token
    return COMMENT.sub(blank, text)


def read_layers(text):
    """{room or path: every room that it may include}."""
    direct = {}
    for line in text.splitlines():
        line = line.split('#')[0].strip()
        if line:
            name, _, rooms = line.partition(':')
            direct[name.strip()] = rooms.split()
    closed = {}
    for name, rooms in direct.items():  # rooms are listed from the ground up
        closed[name] = {name}.union(*(closed[room] for room in rooms))
    return closed


def room_of(path, layers):
    """The line of layers.txt that a file obeys, or None: src/nn/init.cpp is of nn."""
    path = path.parent / path.name.split('.')[0]
    if path.parts[0] == 'include':
        room = path.parts[2]
        return room if room in layers else None
    for prefix in (path, *path.parents):
        if prefix.as_posix() in layers:
            return prefix.as_posix()
    return path.parts[1] if path.parts[1] in layers else None


def faults(root, layers):
    files = [file for top in ('include/gan', 'src', 'cuda') for file in sorted((root / top).rglob('*'))
             if re.search(r'\.(hpp|h|cpp|cu|cuh|inc)(\.in)?$', file.name)]
    for file in files:
        path = file.relative_to(root)
        public = path.parts[0] == 'include'
        code = without_comments(file.read_text())
        room = room_of(path, layers)
        if room is None:
            yield f'{path}:1: belongs to no room; layers.txt knows {", ".join(layers)}'
            continue
        for match in INCLUDE.finditer(code):
            name = match.group(1)
            where = f'{path}:{code.count(chr(10), 0, match.start(1)) + 1}'
            if name.startswith('gan/'):
                target = room_of(Path('include') / name, layers)
                if public and name.endswith('.cuh'):
                    yield f'{where}: only .cu files include {name}'
                elif target not in layers[room]:
                    yield f'{where}: {room} may not include {name}'
            elif any((base / name).is_file() for base in (file.parent, root, root / 'include', root / 'include/gan')):
                if public:
                    yield f'{where}: a public header names another by its whole path, "gan/room/name.hpp"'
        for_nvcc = path.suffix == '.cuh'  # for .cu files alone: CUDA's names are welcome, and no other header reads it
        if public and not for_nvcc:
            for match in FOREIGN.finditer(code):
                yield f'{path}:{code.count(chr(10), 0, match.start()) + 1}: {match.group(0)} in a public header'


def self_test():
    files = {
        'include/gan/core/a.hpp': '// cudaMalloc, Eigen::\n/* #include "gan/ops/b.hpp" */\n#include <vector>\n',
        'include/gan/ops/b.hpp': '#include "gan/core/a.hpp"\n#include "gan/nn/c.hpp"\n',
        'include/gan/nn/c.hpp': '#include "gan/ops/b.hpp"\ncudaStream_t s;\n  #  include <Eigen/Core>\n'
                              '#include <toml++/toml.h>\n',
        'include/gan/gan.hpp': '#include "gan/nn/c.hpp"\n',
        'include/gan/odd/d.hpp': '',
        'include/gan/ops/e.cuh': '#include <cuda_runtime.h>\n#include "gan/nn/c.hpp"\n',
        'include/gan/ops/f.hpp': '#include "gan/ops/e.cuh"\n',
        'src/core/x.cpp': '#include "gan/nn/c.hpp"\n',
        'src/ops/b.cpp': '#include "gan/ops/b.hpp"\n#include "gan/nn/c.hpp"\n',
        'src/b.cpp': '#include "gan/ops/b.hpp"\n',
        'src/cpu/gemm.cpp': '#include "cpu/tile.hpp"\n#include "gan/core/a.hpp"\n#include <cblas.h>\n',
        'src/cpu/tile.hpp': '#include "gan/nn/c.hpp"\n',
    }
    expected = ['include/gan/nn/c.hpp:2', 'include/gan/nn/c.hpp:3', 'include/gan/nn/c.hpp:4', 'include/gan/odd/d.hpp:1',
                'include/gan/ops/b.hpp:2', 'include/gan/ops/e.cuh:2', 'include/gan/ops/f.hpp:1', 'src/b.cpp:1', 'src/core/x.cpp:1', 'src/cpu/tile.hpp:1', 'src/ops/b.cpp:2']
    layers = read_layers('core:\nops: core\nnn: ops\ngan: nn\nsrc/cpu: ops\n')
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        found = sorted({fault.split(': ')[0] for fault in faults(Path(folder), layers)})
    return [] if found == expected else [f'self-test: expected {expected}, found {found}']


def main():
    if '--self-test' in sys.argv:
        found = self_test()
    else:
        root = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent.parent
        found = list(faults(root, read_layers((HERE / 'layers.txt').read_text())))
    print('\n'.join(found) or 'the layers are in order')
    return 1 if found else 0


if __name__ == '__main__':
    sys.exit(main())
