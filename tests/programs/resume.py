#!/usr/bin/env python3
"""A run that is stopped and resumed leaves the same files, byte for byte, as one that never stopped.

Usage: resume.py DCGAN VANILLA
"""
import programs
from programs import DCGAN, VANILLA, result


class Resume(programs.ProgramTest):
    def equals_never_stopping(self, program, *flags, stops=(20,), resume=(), every=('1', '10')):
        """40 rounds at once and in pieces; `resume` are flags that only the pieces after the first have."""
        self.count = getattr(self, 'count', 0) + 1
        whole, parts = (self.work / f'{name}{self.count}' for name in ('whole', 'parts'))
        flags = ['--log-every', 5, '--save-every', every[0], '--sample-every', every[1], *flags]
        self.run_program(program, *flags, '--rounds', 40, '--out', whole)
        expected = result(whole)
        for name in ('checkpoints/round_00000040.safetensors', 'metrics.csv', 'samples/round_00000040.png',
                     'generator.safetensors'):
            self.assertIn(name, expected)
        self.assertEqual(programs.newest_round(whole), 40)
        self.assertEqual(expected['metrics.csv'].count(b'\n'), 9)
        more = []
        for stop in (*stops, 40):
            self.run_program(program, *flags, '--rounds', stop, '--out', parts, *more)
            more = ['--resume', *resume]
        stray = [f'samples/round_{stop:08}.png' for stop in stops]  # a run shows its last round, too
        found = {name: data for name, data in result(parts).items() if name in expected or name not in stray}
        self.assertEqual(sorted(found), sorted(expected))
        for name in expected:
            self.assertTrue(found[name] == expected[name], f'{name} differs: {program.name} {flags} {stops}')

    def test_within_the_first_epoch(self):
        more = programs.make_digits(self.work / 'more', count=700)  # 43 rounds
        for program in (DCGAN, VANILLA):
            for ema in (0, 0.9):
                self.equals_never_stopping(program, '--data', more, '--ema', ema)
        self.equals_never_stopping(DCGAN, '--data', 'shapes', '--flip')

    def test_mirrored_images_over_epochs_of_six_rounds(self):
        for program in (DCGAN, VANILLA):
            for ema in (0, 0.9):
                self.equals_never_stopping(program, '--flip', '--ema', ema)
        self.equals_never_stopping(DCGAN, '--flip', stops=(1, 6, 17, 18, 39))

    def test_with_another_number_of_threads(self):
        for program in (DCGAN, VANILLA):
            self.equals_never_stopping(program, '--flip', '--ema', 0.9, '--threads', 1, resume=('--threads', 3))

    def test_checkpoints_and_samples_where_nothing_is_said(self):
        self.equals_never_stopping(DCGAN, '--keep', 1, stops=(7, 20), every=(0, 0))

    def test_several_turns_and_dropout(self):
        self.equals_never_stopping(VANILLA, '--discriminator-steps', 2, '--loss', 'saturating', stops=(13,))

    def test_dense_networks(self):
        self.equals_never_stopping(VANILLA, '--generator', 'dense', '--discriminator', 'dense', every=(10, 10))

    def test_the_last_round_has_a_row(self):
        """Though no --log-every falls on it; a longer run has none of its stops."""
        def rounds(folder, table='metrics.csv'):
            return [row.split(',')[0] for row in (folder / table).read_text().splitlines()]
        short, shorter, long = (self.work / name for name in ('short', 'shorter', 'long'))
        flags = ['--log-every', 7, '--save-every', 100]
        self.run_program(DCGAN, *flags, '--rounds', 3, '--out', short)
        self.assertEqual(rounds(short), ['round', '3'])
        self.assertEqual(rounds(short, 'timing.csv'), ['round', '3'])
        self.run_program(DCGAN, *flags, '--rounds', 17, '--out', long)
        self.assertEqual(rounds(long), ['round', '7', '14', '17'])
        for stop in (5, 5, 9, 14, 16, 17, 17):
            self.run_program(DCGAN, *flags, '--rounds', stop, '--out', short, '--resume')
            self.run_program(DCGAN, *flags, '--rounds', stop, '--out', shorter / str(stop), '--resume')
            self.assertEqual((short / 'metrics.csv').read_bytes(), (shorter / str(stop) / 'metrics.csv').read_bytes())
        self.assertEqual((short / 'metrics.csv').read_bytes(), (long / 'metrics.csv').read_bytes())
        self.assertEqual(rounds(short, 'timing.csv'), rounds(long))

    def test_from_a_file_and_from_another_folder(self):
        """--resume PATH: a checkpoint, a run, its checkpoints; what the new folder holds begins there."""
        flags = ['--ema', 0.9, '--log-every', 1, '--save-every', 1, '--sample-every', 10, '--keep', 100]
        whole = self.work / 'whole'
        self.run_program(DCGAN, *flags, '--rounds', 12, '--out', whole)
        file = whole / 'checkpoints' / 'round_00000012.safetensors'
        rows = (whole / 'metrics.csv').read_text().splitlines(True)
        source = self.work / 'source'
        self.run_program(DCGAN, *flags, '--rounds', 8, '--out', source)
        before = programs.tree(source)
        paths = {'source': source, 'folder': source / 'checkpoints',
                 'file': source / 'checkpoints' / 'round_00000008.safetensors',
                 'link': source / 'checkpoints' / 'latest.safetensors'}
        for name, path in paths.items():
            out = self.work / f'from_{name}'
            self.run_program(DCGAN, *flags, '--rounds', 12, '--out', out, '--resume', path)
            self.assertEqual((out / 'checkpoints' / file.name).read_bytes(), file.read_bytes(), name)
            self.assertEqual((out / 'metrics.csv').read_text(), ''.join(rows[:1] + rows[9:]), name)
            self.assertEqual(programs.tree(source), before, 'a run that is only read has changed')
        # Back to an earlier round of the same folder: what came after it is played again.
        self.run_program(DCGAN, *flags, '--rounds', 12, '--out', whole, '--resume',
                         whole / 'checkpoints' / 'round_00000004.safetensors')
        self.assertEqual((whole / 'metrics.csv').read_text(), ''.join(rows))

    def test_a_finished_run_stays_as_it_is(self):
        out = self.work / 'out'
        flags = ['--rounds', 12, '--log-every', 5, '--out', out]
        self.run_program(DCGAN, *flags)
        expected = result(out)
        self.run_program(DCGAN, *flags, '--resume', says='going on after round 12')
        self.assert_same(out, expected)

    def test_auto_in_a_new_folder_begins(self):
        for name in ('plain', 'resumed'):
            self.run_program(DCGAN, '--rounds', 6, '--log-every', 2, '--out', self.work / name,
                             *(['--resume', 'auto'] if name == 'resumed' else []))
        self.assert_same(self.work / 'resumed', result(self.work / 'plain'))


if __name__ == '__main__':
    programs.main()
