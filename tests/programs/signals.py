#!/usr/bin/env python3
"""SIGINT and SIGTERM at random moments: the program finishes its round, saves it, exits with 130 or 143, and goes on
from there to the bytes of a run that nobody stopped.

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
FLAGS = ['--log-every', 1, '--save-every', 1000000, '--sample-every', 50, '--ema', 0.9]


class Signals(programs.ProgramTest):
    def stop(self, out, number, wait):
        """Starts or resumes a run and stops it `wait` seconds after it has locked its folder; returns its round."""
        process = subprocess.Popen(
            self.command(DCGAN, *FLAGS, '--out', out, '--resume', 'auto', '--rounds', 1000000),
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.work)
        try:
            lock = out / 'run.lock'
            programs.wait_until(lambda: lock.exists() and lock.read_text() == f'{process.pid}\n', process)
            time.sleep(wait)
            process.send_signal(number)
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
        self.assertEqual(process.returncode, 128 + number, said)
        stopped = re.search(r'^stopped after round (\d+) of 1000000; --resume goes on from there$', said, re.M)
        self.assertTrue(stopped, said)
        round_now = int(stopped[1])
        self.assertEqual(programs.newest_round(out), round_now)
        self.assertEqual(programs.unfinished(out), [])
        return round_now

    def stop_again_and_again(self, seed):
        moments, rounds = random.Random(seed), set()
        for run in range(SIGNALS // RUN):
            out, whole, reached = self.work / f'out_{seed}_{run}', self.work / f'whole_{seed}_{run}', 0
            for _ in range(RUN):
                number = signal.SIGTERM if moments.random() < 0.2 else signal.SIGINT
                now = self.stop(out, number, moments.choice([0, moments.uniform(0, 0.02), moments.uniform(0, 0.1)]))
                self.assertGreaterEqual(now, reached)
                reached = now
                rounds.add((run, now))
            self.run_program(DCGAN, *FLAGS, '--out', out, '--resume', 'auto', '--rounds', reached + 3)
            self.run_program(DCGAN, *FLAGS, '--out', whole, '--rounds', reached + 3)
            for name in (f'checkpoints/round_{reached + 3:08}.safetensors', 'metrics.csv', 'generator.safetensors'):
                self.assertTrue((out / name).read_bytes() == (whole / name).read_bytes(), f'{name} of {out}')
        return len(rounds)

    def test_random_moments(self):
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            rounds = list(pool.map(self.stop_again_and_again, (1, 2)))
        self.assertGreater(sum(rounds), SIGNALS / 2, 'the runs were stopped in too few different rounds')

    def test_before_the_first_round(self):
        """The program waits at a full pipe for its standard output, its handlers in place, when the signal comes."""
        for number in (signal.SIGINT, signal.SIGTERM):
            out = self.work / f'early_{number}'
            reader, writer = os.pipe()
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
            with os.fdopen(reader, 'rb') as pipe:
                pipe.read()
            said = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, 128 + number, said)
            self.assertIn('stopped after round 0 of 20', said)
            self.assertEqual(programs.newest_round(out), 0)
            self.run_program(DCGAN, *FLAGS, '--out', out, '--rounds', 20, '--resume', says='going on after round 0')
        self.run_program(DCGAN, *FLAGS, '--out', self.work / 'whole', '--rounds', 20)
        for number in (signal.SIGINT, signal.SIGTERM):
            out = self.work / f'early_{number}'
            for path in (out / 'checkpoints').glob('round_00000000.safetensors'):
                path.unlink()
            self.assert_same(out, programs.result(self.work / 'whole'))

    def test_a_second_interrupt_ends_at_once(self):
        """In the middle of a round that takes seconds; the first signal may be either."""
        for first in (signal.SIGINT, signal.SIGTERM):
            out = self.work / f'second_{first}'
            process = self.start(DCGAN, '--data', 'shapes', '--features', 64, '--batch-size', 2048, '--rounds', 5,
                                 '--save-every', 1, '--out', out, '--resume', stderr=subprocess.PIPE)
            self.assertTrue(programs.wait_until((out / 'samples').exists, process))
            time.sleep(0.2)
            process.send_signal(first)
            status = pathlib.Path(f'/proc/{process.pid}/status')
            waiting = f'ShdPnd:\t{1 << (first - 1):016x}'
            programs.wait_until(lambda: waiting not in status.read_text(), process)
            time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[1]
            self.assertEqual(process.returncode, -signal.SIGINT, said)
            self.assertEqual(programs.newest_round(out), -1)
            self.assertNotIn('stopped after', said)

    def test_a_second_terminate_changes_nothing(self):
        out = self.work / 'out'
        process = self.start(DCGAN, *FLAGS, '--rounds', 1000000, '--out', out, stderr=subprocess.PIPE)
        self.assertTrue(programs.wait_until((out / 'metrics.csv').exists, process))
        for _ in range(3):
            process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 143, said)
        self.assertGreaterEqual(programs.newest_round(out), 1)


if __name__ == '__main__':
    programs.need_proc()
    programs.main()
