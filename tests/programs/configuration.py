#!/usr/bin/env python3
"""The flags of the training programs as files: a run's config.toml makes the same run, a dry run writes nothing.

Usage: configuration.py DCGAN VANILLA
"""
import os
import shutil
import subprocess

import programs
from programs import DCGAN, VANILLA, result


class Configuration(programs.ProgramTest):
    def test_a_recorded_configuration_makes_the_same_run(self):
        """The flags of the second run are --config alone, and --out, which the first one recorded."""
        odd_name = programs.make_digits(self.work / 'images "quoted" \\ ü')
        odd = {DCGAN: ['--learning-rate', 0.00031, '--beta1', 0.25], VANILLA: ['--discriminator-steps', 2, '--dropout', 0.1]}
        for program in (DCGAN, VANILLA):
            first, second, third = (self.work / f'{program.name}_{n}' for n in (1, 2, 3))
            self.run_program(program, '--data', odd_name, '--seed', 2**64 - 1, '--ema', 0.9, '--flip', '--log-every', 3,
                             '--save-every', 5, '--sample-every', 4, '--rounds', 11, *odd[program], '--out', first)
            self.assertEqual(result(first)['metrics.csv'].count(b'\n'), 5)  # rounds 3, 6, 9 and the last
            file = first / 'config.toml'
            subprocess.run([program, '--config', file, '--out', second], check=True, capture_output=True, timeout=programs.DEADLINE)
            self.assert_same(second, result(first))
            lines = [text.splitlines() for text in (file.read_text(), (second / 'config.toml').read_text())]
            self.assertEqual([(a, b) for a, b in zip(*lines) if a != b], [(f'out = "{first}"', f'out = "{second}"')])
            subprocess.run([program, '--out', third, '--seed=3', '--config', file], check=True, capture_output=True,
                           timeout=programs.DEADLINE)  # what is given beside the file wins
            self.assertIn('seed = 3\n', (third / 'config.toml').read_text())
            self.assertNotEqual(result(third)['generator.safetensors'], result(first)['generator.safetensors'])

    def test_a_dry_run_writes_nothing(self):
        for program in (DCGAN, VANILLA):
            said = self.run_program(program, '--rounds', 7, '--seed', 5, '--dry-run', '--out', self.work / 'run')
            self.assertIn('seed = 5\n', said)
            self.assertIn('# 7 rounds of 16 images; nothing was written', said)
            self.assertEqual(list(self.work.iterdir()), [self.digits])
            toml = [line for line in said.splitlines() if ' = ' in line]
            self.run_program(program, '--rounds', 7, '--seed', 5, '--out', self.work / 'run')
            self.assertEqual((self.work / 'run' / 'config.toml').read_text().splitlines(), toml)
            before = programs.tree(self.work)
            self.run_program(program, '--rounds', 9, '--dry-run', '--resume', '--out', self.work / 'run')
            self.assertEqual(programs.tree(self.work), before)
            shutil.rmtree(self.work / 'run')

    def test_help_and_version(self):
        for program in (DCGAN, VANILLA):
            for flag, says in (('--help', '--resume [PATH]'), ('-h', '--dry-run'),
                               ('--version', f'{program.name} (libgan ')):
                done = subprocess.run([program, flag], capture_output=True, text=True, timeout=programs.DEADLINE, cwd=self.work)
                self.assertEqual((done.returncode, done.stderr), (0, ''))
                self.assertIn(says, done.stdout)
            self.assertEqual(list(self.work.iterdir()), [self.digits])

    def test_a_wish_that_cannot_be_granted(self):
        lesser = dict(os.environ, GAN_ISA='v3')  # whatever this machine is: one without AVX-512
        done = subprocess.run([DCGAN, '--rounds', '1', '--math', 'bf16', '--out', self.work / 'run'], env=lesser,
                              capture_output=True, text=True, timeout=programs.DEADLINE, cwd=self.work)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn('--math bf16: this processor has no AVX512-BF16', done.stderr)
        for flags, says in ((['--device', 'gpu'], "gpu"), (['--out', ''], '--out is empty')):
            self.run_program(DCGAN, '--rounds', 1, *flags, code=2, says=says)
        self.assertEqual(list(self.work.iterdir()), [self.digits])


if __name__ == '__main__':
    programs.main()
