#!/usr/bin/env python3
"""A run whose numbers become infinite stops and names the first bad tensor and the last good checkpoint, which loads.

Usage: not_finite.py DCGAN VANILLA
"""
import re

import programs
from programs import DCGAN

FLAGS = ['--log-every', 1, '--save-every', 1, '--keep', 100]


class NotFinite(programs.ProgramTest):
    def test_at_once(self):
        out = self.work / 'out'
        said = self.run_program(DCGAN, *FLAGS, '--learning-rate', 1e30, '--rounds', 50, '--out', out, code=1)
        self.assertRegex(said, r"error: \[Trainer\] '[^']+' is not finite after round 0")
        self.assertIn('there is no checkpoint yet', said)
        self.assertEqual(list((out / 'checkpoints').iterdir()), [])
        self.assertFalse((out / 'generator.safetensors').exists())

    def test_after_some_rounds(self):
        """At rates around the largest that lets a round pass, whichever that is here."""
        with_checkpoint = 0
        for rate in (2e7, 5e7, 1e8, 2e8, 5e8):
            out = self.work / f'out_{rate}'
            flags = [*FLAGS, '--ema', 0, '--learning-rate', rate, '--out', out]
            said = self.run_program(DCGAN, *flags, '--rounds', 40, code=None)
            stopped = re.search(r"error: \[Trainer\] '([^']+)' is not finite after round (\d+)", said)
            if stopped is None:
                self.assertTrue((out / 'generator.safetensors').exists(), said)
                continue
            self.assertRegex(stopped[1], r'^([DG]\.|loss_|D\()')
            newest = programs.newest_round(out)
            self.assertLessEqual(newest, int(stopped[2]))
            self.assertFalse((out / 'generator.safetensors').exists())
            if newest < 0:
                self.assertIn('there is no checkpoint yet', said)
                continue
            with_checkpoint += 1
            path = out / 'checkpoints' / f'round_{newest:08}.safetensors'
            self.assertIn(f'the last good checkpoint is {path}', said)
            self.run_program(DCGAN, *flags, '--rounds', newest, '--resume', path, says=f'going on after round {newest}')
            again = self.run_program(DCGAN, *flags, '--rounds', 40, '--resume', code=1)
            self.assertIn(stopped[0], again)  # and there it stops as before
        self.assertGreater(with_checkpoint, 0, 'no rate let a round pass and then failed')


if __name__ == '__main__':
    programs.main()
