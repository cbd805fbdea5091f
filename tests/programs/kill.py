#!/usr/bin/env python3
"""A run is killed at random moments and resumed each time: no checkpoint is lost, nothing is left half-written, and in
the end the files are those of a run that was never killed, byte for byte.

Usage: kill.py DCGAN VANILLA
"""
import concurrent.futures
import random
import signal
import subprocess
import time

import programs
from programs import DCGAN

KILLS = 10 if programs.SANITIZED else 50  # in each of two runs at a time
FLAGS = ['--rounds', 200, '--log-every', 3, '--save-every', 1, '--sample-every', 3, '--ema', 0.9]


class Kill(programs.ProgramTest):
    def kill_again_and_again(self, seed, expected):
        """Kills a run KILLS times, whenever it is done beginning another; returns how many rounds were seen."""
        flags = [*FLAGS, '--resume', 'auto']
        moments, count, seen = random.Random(seed), 0, set()
        while count < KILLS:
            out = self.work / f'killed_{seed}_{count}'
            newest, left, code = -1, [], None
            while code != 0 and count < KILLS:
                began = (out / 'environment.json').stat().st_mtime_ns if (out / 'environment.json').exists() else 0
                process = subprocess.Popen(self.command(DCGAN, *flags, '--out', out),
                                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.work)
                try:
                    said = process.communicate(timeout=moments.uniform(0, self.longest))[1]
                except subprocess.TimeoutExpired:
                    process.kill()
                    said = process.communicate()[1]
                code = process.returncode
                self.assertIn(code, (0, -signal.SIGKILL), said.decode())
                self.assertNotIn(b'passed over', said)  # a checkpoint that has its name is whole
                count += code != 0
                round_now = programs.newest_round(out)
                self.assertGreaterEqual(round_now, newest, 'a checkpoint is lost')
                newest = round_now
                seen.add(newest)
                if (out / 'environment.json').exists() and (out / 'environment.json').stat().st_mtime_ns > began:
                    still = [path for path in left if path in programs.unfinished(out)]
                    self.assertEqual(still, [], 'left by the process before')
                left = programs.unfinished(out)
            if code != 0:
                self.run_program(DCGAN, *flags, '--out', out)
            self.assertEqual(programs.unfinished(out), [])
            self.assert_same(out, expected)
        return len(seen)

    def test_random_moments(self):
        whole = self.work / 'whole'
        begin = time.monotonic()
        self.run_program(DCGAN, *FLAGS, '--out', whole)
        self.longest = (time.monotonic() - begin) / 6  # most kills then strike in the middle of training
        expected = programs.result(whole)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            seen = list(pool.map(lambda seed: self.kill_again_and_again(seed, expected), (1, 2)))
        self.assertGreater(sum(seen), KILLS / 2, 'the runs were killed at too few different rounds')


if __name__ == '__main__':
    programs.main()
