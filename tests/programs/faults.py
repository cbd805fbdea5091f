#!/usr/bin/env python3
"""A training program whose calls of the system fail one after the other, or that dies before one of them: it says what
failed where, and the run goes on from what it had saved to the same bytes as ever.

Usage: faults.py DCGAN VANILLA FAULTS_LIBRARY
"""
import concurrent.futures
import errno
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import programs
from programs import DCGAN

# Two saves, the second over a run that has one; all else that a run writes.
FLAGS = ['--rounds', 2, '--log-every', 1, '--save-every', 1, '--sample-every', 1, '--ema', 0.9, '--keep', 1]
KINDS = {
    'full': {'FAULT_ERRNO': errno.ENOSPC, 'FAULT_MODE': 'on'},
    'broken': {'FAULT_ERRNO': errno.EIO, 'FAULT_MODE': 'once'},
    'killed': {'FAULT_KILL': 1},
}


class Faults(programs.ProgramTest):
    def setUp(self):
        super().setUp()
        self.run_program(DCGAN, *FLAGS, '--out', self.work / 'whole')
        self.expected = programs.result(self.work / 'whole')

    def strike(self, kind, at, path='', call='any'):
        """One run in which the `at`-th of the calls on files with this in their path fails; returns the call that was
        struck, the exit code and the newest round that is left, or None when the run makes fewer calls."""
        out = self.work / f'{kind}_{call}_{path}_{at}'
        mark = self.work / f'{out.name}.hit'
        environment = {'LD_PRELOAD': str(pathlib.Path(sys.argv[3]).resolve()), 'FAULT_PATH': f'{out}/{path}',
                       'FAULT_HIT': mark, 'FAULT_AT': at, 'FAULT_CALL': call, **KINDS[kind]}
        done = subprocess.run(self.command(DCGAN, *FLAGS, '--out', out), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=programs.DEADLINE,
                              env={**os.environ, **{name: str(value) for name, value in environment.items()}})
        if not mark.exists():
            self.assert_same(out, self.expected)
            return None
        struck, newest = mark.read_text().replace(str(out), 'OUT'), programs.newest_round(out)
        told = f'{kind} at call {at}, {struck}: exit {done.returncode}, {done.stderr}'
        if kind == 'killed':
            self.assertEqual(done.returncode, -signal.SIGKILL, told)
        elif done.returncode == 0:
            self.assertTrue(struck.startswith('close '), told)  # of what was synchronised, or was only read
            self.assert_same(out, self.expected, told)
        else:
            self.assertEqual(done.returncode, 1, told)
            self.assertIn(str(out), done.stderr, told)
            self.assertIn(os.strerror(KINDS[kind]['FAULT_ERRNO']), done.stderr, told)
            self.assertEqual(programs.unfinished(out), [], told)
        self.run_program(DCGAN, *FLAGS, '--out', out, '--resume', 'auto')
        self.assertEqual(programs.unfinished(out), [], told)
        self.assert_same(out, self.expected, told)
        shutil.rmtree(out)
        return struck, done.returncode, newest

    def strike_every(self, kind, *where):
        """Strikes one call after the other; returns which they were."""
        calls, saved = [], -1
        while struck := self.strike(kind, len(calls) + 1, *where):
            calls.append(struck[0])
            if struck[1] != 0:
                self.assertGreaterEqual(struck[2], saved, f'{kind} at call {len(calls)}: a checkpoint is lost')
                saved = struck[2]
        return calls

    def strike_all_kinds(self, *where):
        """Returns the names of the calls, which are the same for all kinds of fault."""
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            made = list(pool.map(lambda kind: self.strike_every(kind, *where), KINDS))
        calls = [[call.split()[0] for call in of_kind] for of_kind in made]
        self.assertEqual(calls[1:], calls[:1] * (len(KINDS) - 1))
        return calls[0]

    def test_every_call_of_a_save(self):
        calls = self.strike_all_kinds('checkpoints/round_00000002')
        self.assertEqual([calls[0], *calls[-3:]], ['open', 'fsync', 'close', 'rename'])
        self.assertEqual(set(calls[1:-3]), {'write'})
        self.assertEqual(self.strike_all_kinds('checkpoints/latest'), ['rename'] * 2)

    def test_every_call_of_a_run_that_writes_no_bytes(self):
        for call, least in (('open', 15), ('fsync', 8), ('close', 15), ('rename', 10)):
            self.assertGreaterEqual(len(self.strike_all_kinds('', call)), least, call)

    def test_every_writing_of_small_files(self):
        for path in ('run.lock', 'config', 'environment', 'metrics', 'timing', 'samples'):
            self.assertIn('write', self.strike_all_kinds(path, 'write'), path)


if __name__ == '__main__':
    if programs.SANITIZED:
        print('skipped: sanitizers come first in a process, where LD_PRELOAD would have to be')
        sys.exit(77)
    programs.main()
