"""What the tests of the training programs share: starting them, and comparing what they leave behind.

Each test program here is called as "NAME.py DCGAN VANILLA [MORE]" with the paths of the two example programs.
"""
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

DCGAN, VANILLA = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
SANITIZED = bool(os.environ.get('GAN_SANITIZE'))  # programs are ten times slower then
SMALL = {DCGAN: ['--features', '4', '--latent', '8'],
         VANILLA: ['--generator', 'convolutional', '--discriminator', 'convolutional']}
DEADLINE = 300  # seconds; no step of a test takes as long, on a slow and busy machine either: what does is stuck
CLOCKS = {'timing.csv', 'environment.json', 'config.toml', 'run.lock'}  # what may differ between equal runs
os.environ['GAN_NUM_THREADS'] = '1'
os.environ.pop('GAN_DATA', None)


def make_digits(folder, count=100, seed=1):
    """A data set in MNIST's format, small enough for a test to pass over it several times."""
    folder.mkdir()
    pixels = random.Random(seed).randbytes(count * 28 * 28)
    for split in ('train', 't10k'):
        (folder / f'{split}-images-idx3-ubyte').write_bytes(struct.pack('>4i', 0x803, count, 28, 28) + pixels)
        (folder / f'{split}-labels-idx1-ubyte').write_bytes(struct.pack('>2i', 0x801, count) + bytes(count))
    return folder


def header_of(path):
    """The header of a safetensors file; ValueError unless all of the file is there and its checksum is right."""
    data = path.read_bytes()
    size = struct.unpack('<Q', data[:8])[0] if len(data) >= 8 else len(data)
    header = json.loads(data[8:8 + size]) if 8 + size <= len(data) else None
    if not header:
        raise ValueError(f'{path} is cut')
    if f'{zlib.crc32(data[8 + size:]):08x}' != header['__metadata__']['libgan.crc32']:
        raise ValueError(f'{path} is damaged')
    return header


def newest_round(folder):
    """The round of a run's newest whole checkpoint, -1 where there is none."""
    for path in sorted((folder / 'checkpoints').glob('round_*.safetensors'), reverse=True):
        try:
            header_of(path)
        except ValueError:
            continue
        return int(path.name[len('round_'):-len('.safetensors')])
    return -1


def unfinished(folder):
    return [str(path) for path in folder.rglob('*.tmp*')]


def tree(folder):
    """All files of a folder by name, links as the files that they point to."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob('*')) if path.is_file()}


def result(folder):
    """What equal runs have in common: checkpoints, metrics.csv, samples and the generator, without clocks and paths."""
    return {name: data for name, data in tree(folder).items() if name not in CLOCKS}


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.work = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.work)
        self.digits = make_digits(self.work / 'digits')

    def command(self, program, *flags):
        return [str(program), '--data', str(self.digits), '--batch-size', '16', *SMALL[program], *map(str, flags)]

    def run_program(self, program, *flags, code=0, says=(), env=None):
        """Runs a program to its end; returns what it printed. `code` is the exit code it must have, None: 0 or 1."""
        done = subprocess.run(self.command(program, *flags), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, **(env or {})}, timeout=DEADLINE, cwd=self.work)
        self.assertIn(done.returncode, (0, 1) if code is None else (code,), f'{program.name} {flags}: {done.stderr}')
        for text in [says] if isinstance(says, str) else says:
            self.assertIn(text, done.stderr, f'{program.name} {flags}')
        return done.stdout + done.stderr

    def start(self, program, *flags, **options):
        """Starts a program that goes on by itself and is ended with the test."""
        options = {'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL, 'text': True, **options}
        process = subprocess.Popen(self.command(program, *flags), cwd=self.work, **options)

        def end():
            process.kill()
            process.communicate()
        self.addCleanup(end)
        return process

    def assert_same(self, folder, expected, message=None):
        """That a run's folder holds the same files with the same bytes as result() gave for another."""
        found = result(folder)
        self.assertEqual(sorted(found), sorted(expected), message)
        for name in expected:
            self.assertTrue(found[name] == expected[name], f'{name} differs: {message or folder.name}')


def wait_until(condition, process, seconds=DEADLINE):
    """Polls until condition() holds; false when the process ends before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.0005)
    raise TimeoutError('waited in vain')


def catches(process, number):
    """Whether a process has a handler for a signal."""
    try:
        status = pathlib.Path(f'/proc/{process.pid}/status').read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    caught = next((line for line in status.splitlines() if line.startswith('SigCgt:')), 'SigCgt: 0')
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)


def resident(process):
    """The bytes of memory that a process uses; 0 when it has ended."""
    try:
        pages = pathlib.Path(f'/proc/{process.pid}/statm').read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(pages[1]) * os.sysconf('SC_PAGESIZE') if pages else 0


def need_proc():
    if not pathlib.Path('/proc/self/status').exists():
        print('skipped: it needs /proc, where it sees what a process waits for')
        sys.exit(77)


def main():
    unittest.main(argv=sys.argv[:1], verbosity=1)
