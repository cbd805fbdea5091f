#!/usr/bin/env python3
"""A training program whose calls of the system fail one after the other, or that dies before one of them: it says what
failed where, and the run goes on from what it had saved to the same bytes as ever.

Usage: faults.py DCGAN VANILLA FAULTS_LIBRARY
"""
import concurrent.futures
import errno
import os
import pathlib
import signal
import subprocess
import sys

import programs
from programs import DCGAN

# Two saves, the second over a run that has one; all else that a run writes.
FLAGS = ['--steps', 2, '--log-every', 1, '--save-every', 1, '--sample-every', 1, '--ema', 0.9, '--keep', 1]
ONCE_AND_FROM_HERE_ON = {
    'full': {'FAULT_ERRNO': errno.ENOSPC, 'FAULT_MODE': 'on'},
    'broken': {'FAULT_ERRNO': errno.EIO, 'FAULT_MODE': 'once'},
    'killed': {'FAULT_KILL': 1},
}


class Faults(programs.ProgramTest):
    def setUp(self):
        super().setUp()
        self.flags = [*FLAGS, '--data', programs.make_digits(self.work / 'digits')]
        self.run_program(DCGAN, *self.flags, '--out', self.work / 'whole')
        self.expected = programs.result(self.work / 'whole')

    def strike(self, kind, at):
        """One run whose call `at` fails; returns that call, the exit code and the newest round that it left, or None
        when it makes fewer calls."""
        out, mark = self.work / f'{kind}_{at}', self.work / f'{kind}_{at}.hit'
        environment = {'LD_PRELOAD': str(pathlib.Path(sys.argv[3]).resolve()), 'FAULT_PATH': str(out) + '/',
                       'FAULT_HIT': str(mark), 'FAULT_AT': str(at)}
        environment.update({name: str(value) for name, value in ONCE_AND_FROM_HERE_ON[kind].items()})
        done = subprocess.run(programs.command(DCGAN, *self.flags, '--out', out), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}, timeout=60)
        if not mark.exists():
            self.assert_same(out, self.expected)
            return None
        call = mark.read_text()
        told = f'{kind} at call {at}, {call.replace(str(out), "OUT")}: exit {done.returncode}, {done.stderr}'
        newest = programs.newest_round(out)
        if kind == 'killed':
            self.assertEqual(done.returncode, -signal.SIGKILL, told)
        elif done.returncode == 0:
            self.assertTrue(call.startswith('close '), told)  # of what was synchronised, or of a folder
            self.assert_same(out, self.expected, told)
        else:
            self.assertEqual(done.returncode, 1, told)
            self.assertIn(str(out), done.stderr, told)
            self.assertIn(os.strerror(ONCE_AND_FROM_HERE_ON[kind]['FAULT_ERRNO']), done.stderr, told)
            self.assertEqual(programs.unfinished(out), [], told)
        self.run_program(DCGAN, *self.flags, '--out', out, '--resume', 'auto')
        self.assertEqual(programs.unfinished(out), [], told)
        self.assert_same(out, self.expected, told)
        return call, done.returncode, newest

    def strike_every_call(self, kind):
        calls, newest = [], -1
        while struck := self.strike(kind, len(calls) + 1):
            calls.append(struck[0].split()[0])
            if struck[1] != 0:
                self.assertGreaterEqual(struck[2], newest, f'{kind} at call {len(calls)}: a checkpoint is lost')
                newest = struck[2]
        return calls

    def test_every_call(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            calls = list(pool.map(self.strike_every_call, ONCE_AND_FROM_HERE_ON))
        self.assertEqual(set(calls[0]), {'open', 'write', 'fsync', 'close', 'rename'})
        self.assertGreater(len(calls[0]), 30)
        self.assertEqual(calls[1:], calls[:1] * 2, 'the program does not make the same calls every time')


if __name__ == '__main__':
    if programs.SANITIZED:
        print('skipped: sanitizers come first in a process, where LD_PRELOAD would have to be')
        sys.exit(77)
    programs.main()
