#!/usr/bin/env python3
"""What a training program refuses to go on with, or to begin in: by name, with an exit code of its own, and without a
change to what is there.

Usage: refusals.py DCGAN VANILLA
"""
import json
import os
import shutil
import struct
import zlib

import programs
from programs import DCGAN, VANILLA

USAGE, FORMAT = 2, 3
FLAGS = ['--log-every', 2, '--save-every', 2]


def rewrite(path, change):
    """Changes the header of a safetensors file, its checksum being right again."""
    data = path.read_bytes()
    size = struct.unpack('<Q', data[:8])[0]
    header, body = json.loads(data[8:8 + size]), data[8 + size:]
    change(header['__metadata__'])
    header['__metadata__']['libgan.crc32'] = f'{zlib.crc32(body):08x}'
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack('<Q', len(text)) + text + body)


class Refusals(programs.ProgramTest):
    def setUp(self):
        super().setUp()
        self.out = self.work / 'run'
        self.run_program(DCGAN, *FLAGS, '--rounds', 8, '--out', self.out)
        self.kept = [self.out / 'checkpoints' / f'round_{n:08}.safetensors' for n in (4, 6, 8)]

    def refused(self, code, says, *flags, program=DCGAN, out=None, resume=('--resume',)):
        before = programs.tree(self.out)
        self.run_program(program, *FLAGS, '--rounds', 10, '--out', out or self.out, *flags, *resume,
                         code=code, says=says)
        after = programs.tree(self.out)
        before.pop('run.lock'), after.pop('run.lock')
        self.assertTrue(before == after, f'{flags} {resume}: the run has changed')

    def test_other_options(self):
        for flags, says in ((['--seed', 2], '--seed was 1 and is 2'),
                            (['--batch-size', 8], '--batch-size was 16 and is 8'),
                            (['--features', 5], '--features was 4 and is 5'),
                            (['--latent', 9], '--latent was 8 and is 9'),
                            (['--learning-rate', 0.001], '--learning-rate was 0.0002 and is 0.001'),
                            (['--ema', 0.5], '--ema was 0.999 and is 0.5'),
                            (['--flip'], '--flip was false and is true'),
                            (['--log-every', 3], '--log-every was 2 and is 3')):
            self.refused(USAGE, ['--resume ', says], *flags)
        self.refused(USAGE, ['--seed was 1 and is 2', '--latent was 8 and is 9'], '--seed', 2, '--latent', 9)

    def test_other_data(self):
        other = programs.make_digits(self.work / 'other', seed=2)
        self.refused(USAGE, ['checksum', f'--data {other} is not what the run was made with'], '--data', other)
        fewer = programs.make_digits(self.work / 'fewer', count=99)
        self.refused(USAGE, ['examples 100, not 99', f'--data {fewer}'], '--data', fewer)
        moved = self.work / 'moved'  # the same data elsewhere are the same data
        shutil.copytree(self.digits, moved)
        self.run_program(DCGAN, *FLAGS, '--data', moved, '--rounds', 10, '--out', self.out, '--resume')

    def test_another_model(self):
        self.refused(USAGE, ['--resume ', 'holds a dcgan, not a vanilla'], program=VANILLA)
        self.refused(USAGE, ['--resume ', 'holds a dcgan, not a vanilla'], program=VANILLA, out=self.work / 'new',
                     resume=('--resume', self.kept[2]))

    def test_a_folder_that_holds_a_run(self):
        self.refused(USAGE, [str(self.out), 'already holds a run; pass --resume'], resume=())
        new = self.work / 'new'
        self.run_program(DCGAN, *FLAGS, '--rounds', 8, '--seed', 2, '--out', new)
        before = programs.result(new)
        self.refused(USAGE, [str(new), 'already holds a run'], out=new, resume=('--resume', self.out))
        self.assert_same(new, before)

    def test_a_second_process(self):
        process = self.start(DCGAN, *FLAGS, '--rounds', 1000000, '--save-every', 1000000, '--log-every', 1000000,
                             '--out', self.work / 'busy')
        busy, left = self.work / 'busy', self.work / 'busy' / 'checkpoints' / 'round_00000001.safetensors.tmp.1.2'
        programs.wait_until((busy / 'samples').exists, process)
        left.write_bytes(b'half a checkpoint that the process could be writing')
        says = [f'another process (pid {process.pid}) trains in {busy}']
        for resume in ((), ('--resume',)):
            self.refused(USAGE, says, out=busy, resume=resume)
        self.refused(USAGE, ['--resume', 'holds no checkpoint'], out=self.work / 'new', resume=('--resume', busy))
        self.assertTrue(left.exists(), "another process's file is deleted")
        process.kill()
        process.wait()
        self.run_program(DCGAN, *FLAGS, '--rounds', 2, '--out', busy, '--resume')  # a dead process holds no lock
        self.assertFalse(left.exists())

    def test_damaged_checkpoints_are_passed_over(self):
        good = [path.read_bytes() for path in self.kept]
        self.run_program(DCGAN, *FLAGS, '--rounds', 10, '--out', self.work / 'whole')
        expected = programs.result(self.work / 'whole')
        flipped = bytearray(good[2])
        flipped[-100] ^= 1
        for damage, reason in ((flipped, 'checksum'), (good[2][:-1], ''), (good[2][:100], ''), (b'', ''),
                               (b'\xff' * 64, ''), (good[2] + b'\0', '')):
            self.kept[2].write_bytes(damage)
            said = self.run_program(DCGAN, *FLAGS, '--rounds', 10, '--out', self.out, '--resume',
                                    says=['going on after round 6', f'passed over: [safetensors] {self.kept[2]}'])
            self.assertIn(reason, said)
            (self.out / 'samples' / 'round_00000008.png').unlink(missing_ok=True)  # of the run that ended there
            self.assert_same(self.out, expected)
            (self.out / 'checkpoints' / 'round_00000010.safetensors').unlink()
            self.kept[0].write_bytes(good[0])

    def test_no_whole_checkpoint(self):
        for path in self.kept:
            path.write_bytes(path.read_bytes()[:-1])
        self.refused(FORMAT, [str(self.out), 'no checkpoint is whole', *map(str, self.kept)])
        self.refused(FORMAT, [str(self.kept[0])], resume=('--resume', self.kept[0]))

    def test_what_is_no_checkpoint(self):
        generator, empty, text = self.out / 'generator.safetensors', self.work / 'empty', self.work / 'text'
        empty.mkdir()
        text.write_text('hello')
        pipe = self.work / 'pipe'
        os.mkfifo(pipe)
        for path, code, says in ((generator, FORMAT, 'is no checkpoint of a training program'),
                                 (text, FORMAT, str(text)), (empty, USAGE, 'holds no checkpoint'),
                                 (self.work / 'nowhere', USAGE, 'No such file'), (pipe, USAGE, 'not a regular file'),
                                 ('/dev/zero', USAGE, 'not a regular file'), ('/dev/null', USAGE, 'not a regular file'),
                                 (self.work, USAGE, 'holds no checkpoint'), (f'{text}/x', USAGE, 'Not a directory')):
            self.refused(code, [str(path), says], out=self.work / 'new', resume=('--resume', path))
        for name in ('config.toml', 'run.lock', 'metrics.csv'):
            self.refused(FORMAT, str(self.out / name), out=self.work / 'new', resume=('--resume', self.out / name))
        self.assertEqual(list(empty.iterdir()), [])
        self.assertEqual(programs.result(self.work / 'new'), {})

    def test_hostile_checkpoints(self):
        """Whole files, their checksums right, that say odd things about themselves."""
        good = self.kept[2].read_bytes()
        bad = self.work / 'bad.safetensors'
        cases = [
            (FORMAT, lambda m: m.update({'libgan.config': 'seed = = 1'})),
            (FORMAT, lambda m: m.update({'libgan.config': 'a' + '.a' * 100000 + ' = 1'})),
            (FORMAT, lambda m: m.pop('libgan.config')),
            (FORMAT, lambda m: m.update({'libgan.checkpoint': '999'})),
            (FORMAT, lambda m: m.pop('libgan.checkpoint')),
            (FORMAT, lambda m: m.update({'libgan.run': 'seed'})),
            (FORMAT, lambda m: m.pop('libgan.run')),
            (USAGE, lambda m: m.pop('model')),
        ]
        for number, (code, change) in enumerate(cases):
            bad.write_bytes(good)
            rewrite(bad, change)
            with self.subTest(number):
                self.refused(code, str(bad), out=self.work / 'new', resume=('--resume', bad))

    def test_hostile_configurations(self):
        file = self.work / 'hostile.toml'
        for text, says in ((b'rounds = "many"', 'rounds'), (b'ruonds = 3', "did you mean 'rounds'?"),
                           (b'rounds = [1, 2]', 'rounds'), (b'rounds = 1\nrounds = 2', ':2:'), (b'\xff\xfe\0', str(file)),
                           (b'[' * 100000, str(file)), (b'resume = "auto"', 'resume'),
                           (b'dry-run = true', 'dry-run'), (b'seed = -1', 'seed'),
                           (b'#' * (2 << 20), 'larger than')):
            file.write_bytes(text)
            self.refused(USAGE, [says, file.name], '--config', file, out=self.work / 'new', resume=())
        for path in ('/dev/zero', self.work, self.work / 'nowhere'):
            self.refused(USAGE, str(path), '--config', path, out=self.work / 'new', resume=())
        self.assertFalse((self.work / 'new').exists())


if __name__ == '__main__':
    programs.main()
