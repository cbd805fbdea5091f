#!/usr/bin/env python3
"""The program gan carries systems that it does not know: five toys, one for each shape of a GAN, are listed, shown,
trained, killed and resumed, loaded, sampled and applied; their files have PyTorch's names; the shell completes them.

Usage: systems.py DCGAN VANILLA GAN TOY_GAN
"""
import json
import pathlib
import shutil
import struct
import subprocess
import sys

import programs
from programs import DCGAN

GAN, TOY_GAN = (pathlib.Path(path).resolve() for path in sys.argv[3:5])
FIXTURES = pathlib.Path(__file__).resolve().parent.parent / 'fixtures'
TRAINING = ['--data', 'shapes', '--train-images', 300, '--batch-size', 8, '--rounds', 60, '--log-every', 5,
            '--save-every', 1, '--sample-every', 20]
TOYS = {'toy_plain': [], 'toy_labelled': [], 'toy_translator': ['--data-y', 'shapes'], 'toy_reader': [],
        'toy_completer': []}


def header_of(path):
    data = path.read_bytes()
    return json.loads(data[8:8 + struct.unpack('<Q', data[:8])[0]])


class Systems(programs.ProgramTest):
    def gan(self, *words, code=0, program=TOY_GAN):
        done = subprocess.run([str(program), *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=programs.DEADLINE, cwd=self.work)
        self.assertEqual(done.returncode, code, f'gan {words}: {done.stderr}')
        return done.stdout + done.stderr

    def train(self, toy, out):
        self.gan('train', toy, *TRAINING, *TOYS[toy], '--out', out)

    def test_lists_and_shows(self):
        listed = self.gan('list')
        for name in [*TOYS, 'dcgan', 'vanilla', 'goodfellow', 'conditional_dcgan', 'convolutional_cgan', 'acgan',
                     'projection_gan', 'wgan', 'lsgan', 'bigan', 'aae', 'began', 'dragan']:
            self.assertIn(name, listed)
        self.assertNotIn('toy', self.gan('list', program=GAN))
        shown = self.gan('show', 'dcgan')
        for text in ('latent = 100', 'can sample: takes z', 'G: 778241', 'D: 138689'):
            self.assertIn(text, shown)
        self.assertIn("did you mean 'dcgan'", self.gan('show', 'dcgam', code=2))
        self.assertIn('runs/nowhere: there is no such run', self.gan('show', 'runs/nowhere', code=2))
        self.assertIn('classes is 3, but the data have 5',
                      self.gan('train', 'cgan', '--data', 'shapes', '--classes', 3, '--out', 'x', code=2))
        self.assertFalse((self.work / 'x').exists())
        self.assertIn('--features', self.gan('train', 'dcgan', '--help'))
        self.assertIn("did you mean 'train'", self.gan('trian', 'dcgan', code=2))

    def test_the_flags_of_a_program_and_of_gan_are_the_same(self):
        ours = self.gan('train', 'dcgan', '--help', program=GAN).splitlines()
        theirs = subprocess.run([str(DCGAN), '--help'], capture_output=True, text=True, check=True).stdout.splitlines()
        flags = [line for line in ours if line.startswith('  --')]
        self.assertEqual(flags, [line for line in theirs if line.startswith('  --')])

    def test_a_killed_run_is_resumed_exactly(self):
        for toy in TOYS:
            whole, killed = self.work / f'{toy}_whole', self.work / f'{toy}_killed'
            self.train(toy, whole)
            command = [str(TOY_GAN), 'train', toy, *map(str, TRAINING), *TOYS[toy], '--out', str(killed)]
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.work)
            programs.wait_until(lambda: programs.newest_round(killed) >= 10, process)
            process.kill()
            process.communicate()
            self.gan('train', toy, *TRAINING, *TOYS[toy], '--out', killed, '--resume')
            self.assert_same(killed, programs.result(whole), toy)

    def test_names_are_those_of_pytorch(self):
        out = self.work / 'names'
        self.train('toy_plain', out)
        generator = header_of(out / 'generator.safetensors')
        self.assertEqual(set(generator) - {'__metadata__'}, {'0.weight', '0.bias', '1.weight', '1.bias'})
        checkpoint = programs.header_of(next((out / 'checkpoints').glob('round_*.safetensors')))
        self.assertEqual(checkpoint['D.0.weight']['shape'], [4, 1, 4, 4])  # (out, in, height, width)
        described = generator['__metadata__']
        self.assertEqual(described['model'], 'toy_plain')
        self.assertIn('latent = 4', described['options'])
        self.assertIn('prior = normal', described['libgan.input.sample'])
        self.assertIn('libgan.version', described)

    def test_samples_and_applies(self):
        for toy in TOYS:
            self.train(toy, self.work / toy)
        self.gan('sample', 'toy_plain', '--out', 'new/plain.png', '--count', 4)
        self.gan('sample', 'toy_labelled', '--out', 'labelled.png', '--count', 4, '--class', 2)
        self.gan('sample', 'toy_reader', '--out', 'star.png', '--count', 2, '--text', 'a large star')
        self.assertIn('never read the word', self.gan('sample', 'toy_reader', '--text', 'a large giraffe', code=2))
        self.assertIn('--text', self.gan('sample', 'toy_reader', code=2))
        self.assertIn('5 classes', self.gan('sample', 'toy_labelled', '--class', 9, code=2))
        self.assertIn('cannot sample', self.gan('sample', 'toy_translator', code=3))
        self.gan('apply', 'toy_translator', 'new/plain.png', 'translated.png')
        self.gan('apply', 'toy_translator', 'new/plain.png', 'star.png', 'folder')
        self.assertIn('--mask', self.gan('apply', 'toy_completer', 'star.png', 'whole.png', code=2))
        self.gan('apply', 'toy_completer', 'star.png', 'whole.png', '--mask', 'new/plain.png')
        self.assertIn('nothing with images', self.gan('apply', 'toy_plain', 'star.png', 'x.png', code=2))
        self.assertIn('--ability', self.gan('apply', 'toy_translator', 'star.png', 'x.png', '--ability', 'fly', code=2))
        for name in ('new/plain.png', 'labelled.png', 'star.png', 'translated.png', 'folder/plain.png', 'folder/star.png',
                     'whole.png'):
            self.assertTrue((self.work / name).read_bytes().startswith(b'\x89PNG'), name)
        self.assertIn('can translate: takes x', self.gan('show', 'toy_translator'))

    def test_files_of_the_version_before_are_read(self):
        """dcgan --data shapes --features 1 --latent 2 --rounds 3 --batch-size 8, of commit 3b956af."""
        run = self.work / 'before'
        shutil.copytree(FIXTURES / 'run_of_format_2', run)
        self.gan('sample', run / 'generator.safetensors', '--out', 'averaged.png', program=GAN)
        self.gan('sample', run / 'checkpoints/round_00000003.safetensors', '--out', 'checkpoint.png', program=GAN)
        self.assertEqual((self.work / 'averaged.png').read_bytes(), (self.work / 'checkpoint.png').read_bytes())
        flags = ['--data', 'shapes', '--features', 1, '--latent', 2, '--batch-size', 8]
        said = self.gan('train', 'dcgan', *flags, '--rounds', 6, '--out', run, '--resume', program=GAN)
        self.assertIn('going on after round 3', said)
        self.assertEqual(programs.newest_round(run), 6)
        for other in (['--flip'], ['--train-images', 100]):
            said = self.gan('train', 'dcgan', *flags, '--rounds', 9, '--out', run, '--resume', *other, code=2, program=GAN)
            self.assertIn(other[0], said)

    def test_pictures_of_every_ability(self):
        self.train('toy_translator', self.work / 'pictures')
        self.assertTrue((self.work / 'pictures/samples/round_00000060.png').exists())

    def test_encoders_are_used_and_judged(self):
        run = self.work / 'aae'
        self.gan('train', 'aae', *TRAINING, '--rounds', 3, '--out', run, program=GAN)
        self.assertTrue((run / 'samples/reconstruct_latest.png').exists())
        self.gan('sample', run, '--out', 'digits.png', '--count', 1, program=GAN)
        self.gan('apply', run, 'digits.png', 'again.png', program=GAN)
        self.assertTrue((self.work / 'again.png').read_bytes().startswith(b'\x89PNG'))
        self.assertIn('\nfeatures: ', self.gan('apply', run, 'digits.png', 'code', '--ability', 'encode', program=GAN))
        said = self.gan('evaluate', run, '--samples', 100, '--quick', '--squeezenet', 'none', program=GAN)
        self.assertRegex(said, r'z: \d+\.\d\d % of 100 test images right  \(100 numbers; of an untrained encoder')
        self.assertRegex(said, r'features: \d+\.\d\d % of 100 test images right  \(512 numbers; of an untrained')

    def test_a_condition_may_be_tags_or_an_image(self):
        flags = [*TRAINING, '--rounds', 3, '--adam']
        drawn, tagged = self.work / 'drawn', self.work / 'tagged'
        self.gan('train', 'cgan', '--condition', 'tags', *flags, '--out', drawn, program=GAN)
        self.gan('sample', drawn, '--text', 'a large star', '--count', 1, '--out', 'star.png', program=GAN)
        self.assertIn('never read the word', self.gan('sample', drawn, '--text', 'a giraffe', code=2, program=GAN))
        self.gan('train', 'cgan', '--condition', 'image', '--vocabulary', 'star circle', *flags, '--out', tagged,
                 program=GAN)
        said = self.gan('apply', tagged, 'star.png', 'x.png', program=GAN)
        self.assertRegex(said, r'^tags:( star)?( circle)?\n')

    def test_the_shell_completes(self):
        script = self.gan('completion', 'bash')
        (self.work / 'completion').write_text(script)

        def complete(*words):
            code = (f'source completion; COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; '
                    f'COMP_WORDS[COMP_CWORD]="{words[-1]}"; _gan; echo "${{COMPREPLY[@]}}"')
            return subprocess.run(['bash', '-c', code], capture_output=True, text=True, check=True,
                                  cwd=self.work).stdout.split()
        self.assertEqual(complete('gan', 'tr'), ['train'])
        self.assertEqual(complete('gan', 'train', 'toy_p'), ['toy_plain'])
        self.assertIn('--latent', complete('gan', 'train', 'toy_plain', '--la'))
        self.assertNotIn('--latent', complete('gan', 'train', 'toy_translator', '--la'))
        self.assertEqual(complete('gan', 'sample', 'run', '--te'), ['--text'])


if __name__ == '__main__':
    programs.main()
