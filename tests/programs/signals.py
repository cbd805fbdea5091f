#!/usr/bin/env python3
"""SIGINT and SIGTERM at random moments: the program finishes its round, saves it, exits with 130 or 143, and goes on
from there to the bytes of a run that nobody stopped. Before it has played a round it ends at once.

Usage: signals.py DCGAN VANILLA
"""
import concurrent.futures
import fcntl
import os
import pathlib
import random
import re
import signal
import subprocess
import time

import programs
from programs import DCGAN

SIGNALS = 10 if programs.SANITIZED else 100  # in each of two runs at a time
RUN = 10  # signals that one run survives before it is compared
FLAGS = ['--log-every', 3, '--save-every', 1000000, '--sample-every', 50, '--ema', 0.9]


class Signals(programs.ProgramTest):
    def stop(self, out, number, wait, played):
        """Starts or resumes a run and stops it `wait` seconds after it has locked its folder or, if `played`, after it
        has played a round; returns its round, that of before where it has not played one."""
        before, timing = programs.newest_round(out), out / 'timing.csv'
        table = timing.read_bytes() if timing.exists() else b''
        process = subprocess.Popen(
            self.command(DCGAN, *FLAGS, '--out', out, '--resume', 'auto', '--rounds', 1000000),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.work)
        try:
            lock = out / 'run.lock'
            programs.wait_until(lambda: lock.exists() and lock.read_text() == f'{process.pid}\n', process)
            if played:  # the rows are those of rounds
                programs.wait_until(lambda: timing.exists() and timing.read_bytes() != table, process)
            time.sleep(wait)
            process.send_signal(number)
            said = process.communicate(timeout=programs.DEADLINE)[1]
        finally:
            process.kill()
        self.assertEqual(process.returncode, 128 + number, said)
        if not played and 'stopped after' not in said:
            self.assertEqual(programs.newest_round(out), before)
            return before
        stopped = re.search(r'^stopped after round (\d+) of 1000000; --resume goes on from there$', said, re.M)
        self.assertTrue(stopped, said)
        round_now = int(stopped[1])
        self.assertGreater(round_now, before)
        self.assertEqual(programs.newest_round(out), round_now)
        self.assertEqual(programs.unfinished(out), [])
        return round_now

    def stop_again_and_again(self, seed):
        moments = random.Random(seed)
        for run in range(SIGNALS // RUN):
            out, whole, reached = self.work / f'out_{seed}_{run}', self.work / f'whole_{seed}_{run}', 0
            for _ in range(RUN):
                number = signal.SIGTERM if moments.random() < 0.2 else signal.SIGINT
                now = self.stop(out, number, moments.choice([0, moments.uniform(0, 0.02), moments.uniform(0, 0.1)]),
                                played=moments.random() < 0.6)
                reached = max(reached, now)  # -1 while there is no checkpoint
            self.run_program(DCGAN, *FLAGS, '--out', out, '--resume', 'auto', '--rounds', reached + 3)
            self.run_program(DCGAN, *FLAGS, '--out', whole, '--rounds', reached + 3)
            for name in (f'checkpoints/round_{reached + 3:08}.safetensors', 'metrics.csv', 'generator.safetensors'):
                self.assertTrue((out / name).read_bytes() == (whole / name).read_bytes(), f'{name} of {out}')

    def test_random_moments(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(self.stop_again_and_again, (1, 2)))

    def test_before_the_first_round(self):
        """The program waits at a full pipe for its standard output, its handlers in place, when the signal comes; nobody
        reads from the pipe until it has ended."""
        for number in (signal.SIGINT, signal.SIGTERM):
            out = self.work / f'early_{number}'
            reader, writer = os.pipe()
            self.addCleanup(os.close, reader)
            fcntl.fcntl(writer, fcntl.F_SETFL, os.O_NONBLOCK)
            try:
                while True:
                    os.write(writer, bytes(4096))
            except BlockingIOError:
                fcntl.fcntl(writer, fcntl.F_SETFL, 0)
            process = self.start(DCGAN, *FLAGS, '--out', out, '--rounds', 20, stdout=writer, stderr=subprocess.PIPE)
            os.close(writer)
            self.assertTrue(programs.wait_until(lambda: programs.catches(process, number), process))
            process.send_signal(number)
            said = process.communicate(timeout=programs.DEADLINE)[1]
            self.assertEqual((process.returncode, said), (128 + number, ''))
            self.assertFalse(out.exists())

    def test_while_much_is_being_prepared(self):
        """While 100 million weights are drawn: the program ends without them."""
        for number in (signal.SIGINT, signal.SIGTERM):
            out = self.work / f'large_{number}'
            process = self.start(DCGAN, *FLAGS, '--out', out, '--rounds', 1, '--features', 512, '--latent', 2000,
                                 stderr=subprocess.PIPE)
            self.assertTrue(programs.wait_until(lambda: programs.resident(process) > 100 << 20, process))
            process.send_signal(number)
            said = process.communicate(timeout=programs.DEADLINE)[1]
            self.assertEqual((process.returncode, said), (128 + number, ''))
            self.assertEqual(programs.newest_round(out), -1)

    def test_in_the_first_round(self):
        """Which takes seconds: no round has been played yet, and none is waited for."""
        for number in (signal.SIGINT, signal.SIGTERM):
            out = self.work / f'first_{number}'
            process = self.start(DCGAN, '--data', 'shapes', '--features', 64, '--batch-size', 2048, '--rounds', 5,
                                 '--save-every', 1, '--out', out, stderr=subprocess.PIPE)
            self.assertTrue(programs.wait_until((out / 'samples').exists, process))
            process.send_signal(number)
            said = process.communicate(timeout=programs.DEADLINE)[1]
            self.assertEqual((process.returncode, said), (128 + number, ''))
            self.assertEqual(programs.newest_round(out), -1)
            self.assertFalse((out / 'metrics.csv').exists())

    def test_a_second_interrupt_ends_at_once(self):
        """In the middle of a round that takes seconds; the first signal may be either."""
        for first in (signal.SIGINT, signal.SIGTERM):
            out = self.work / f'second_{first}'
            process = self.start(DCGAN, '--data', 'shapes', '--features', 64, '--batch-size', 2048, '--rounds', 5,
                                 '--log-every', 1, '--save-every', 5, '--sample-every', 5, '--out', out, '--resume',
                                 stderr=subprocess.PIPE)
            self.assertTrue(programs.wait_until((out / 'timing.csv').exists, process))
            time.sleep(0.2)
            process.send_signal(first)
            status = pathlib.Path(f'/proc/{process.pid}/status')
            waiting = f'ShdPnd:\t{1 << (first - 1):016x}'
            programs.wait_until(lambda: waiting not in status.read_text(), process)
            time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=programs.DEADLINE)[1]
            self.assertEqual(process.returncode, -signal.SIGINT, said)
            self.assertEqual(programs.newest_round(out), -1)
            self.assertNotIn('stopped after', said)

    def test_a_second_terminate_changes_nothing(self):
        out = self.work / 'out'
        process = self.start(DCGAN, *FLAGS, '--rounds', 1000000, '--out', out, stderr=subprocess.PIPE)
        self.assertTrue(programs.wait_until((out / 'metrics.csv').exists, process))
        for _ in range(3):
            process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=programs.DEADLINE)[1]
        self.assertEqual(process.returncode, 143, said)
        self.assertGreaterEqual(programs.newest_round(out), 1)


if __name__ == '__main__':
    programs.need_proc()
    programs.main()
