#!/usr/bin/env python3
"""The program classifier trains on images; evaluate judges a run by it, and two folders of images.

Usage: evaluate.py DCGAN VANILLA CLASSIFIER EVALUATE ABLATION GAN
"""
import hashlib
import json
import pathlib
import random
import re
import struct
import subprocess
import sys
import zlib

import programs
from programs import DCGAN

CLASSIFIER, EVALUATE, ABLATION, GAN = (pathlib.Path(path).resolve() for path in sys.argv[3:7])


def write_grey(path, pixels, side):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    rows = b''.join(b'\0' + pixels[side * r:side * (r + 1)] for r in range(side))
    path.write_bytes(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>2I5B', side, side, 8, 0, 0, 0, 0)) +
                     chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


class Evaluate(programs.ProgramTest):
    def call(self, program, *words, fails=False):
        done = subprocess.run([program, *map(str, words)], cwd=self.work, capture_output=True, text=True)
        self.assertEqual(done.returncode != 0, fails, done.stderr)
        return done.stderr if fails else done.stdout

    def number(self, pattern, text):
        found = re.search(pattern, text)
        self.assertIsNotNone(found, f'{pattern} in\n{text}')
        return float(found.group(1))

    def test_a_run_and_its_classifier(self):
        digits = programs.make_digits(self.work / 'more', count=300)
        out = self.work / 'classifier.safetensors'
        told = self.call(CLASSIFIER, '--data', digits, '--epochs', 1, '--out', out)
        digest = hashlib.sha256(out.read_bytes()).hexdigest()
        self.assertIn(f'sha256 {digest}', told)
        data = out.read_bytes()
        header = json.loads(data[8:8 + struct.unpack('<Q', data[:8])[0]])['__metadata__']
        self.assertEqual((header['model'], header['data'], header['epochs']), ('classifier', 'more', '1'))

        run = self.work / 'run'
        self.call(DCGAN, '--data', digits, '--out', run, '--rounds', 2, *programs.SMALL[DCGAN])
        told = self.call(EVALUATE, '--run', run, '--samples', 300, '--classifier', out, '--pictures', self.work / 'p')
        self.assertIn(f'sha256 {digest}', told)
        fid = self.number(r'classifier-FID (\S+)', told)
        floor = self.number(r'floor (\S+) \(training', told)
        ceiling = self.number(r'ceiling (\S+) \(untrained', told)
        # The training images are the test images here; samples are nothing like them.
        self.assertLess(floor, 1e-3 * fid)
        self.assertGreater(ceiling, floor)
        for name in ('classifier-KID', 'precision', 'density', 'mean confidence', 'classes found', 'log-likelihood',
                     'Sliced Wasserstein', 'Neighbours in pixels', 'Duplicates'):
            self.assertIn(name, told)
        self.assertEqual({p.name for p in (self.work / 'p').iterdir()},
                         {'nearest.png', 'closest.png', 'samples.png'})
        self.assertEqual(told, self.call(EVALUATE, '--run', run, '--samples', 300, '--classifier', out, '--pictures',
                                         self.work / 'p'))
        quick = self.call(EVALUATE, '--run', run, '--samples', 300, '--classifier', out, '--quick')
        self.assertEqual(self.number(r'classifier-FID (\S+)', quick), fid)
        self.assertNotIn('Parzen', quick)

    def test_the_class_agreement_of_a_conditional_system(self):
        digits = programs.make_digits(self.work / 'labelled', count=300)
        judge, run = self.work / 'judge.safetensors', self.work / 'conditional'
        self.call(CLASSIFIER, '--data', digits, '--epochs', 1, '--out', judge)
        self.call(GAN, 'train', 'convolutional_cgan', '--data', digits, '--rounds', 2, '--features', 2, '--out', run)
        told = self.call(EVALUATE, '--run', run, '--samples', 300, '--classifier', judge, '--quick')
        self.assertLessEqual(self.number(r'class agreement (\S+) % of 300 samples', told), 100)
        self.assertIn('1-nearest-neighbour classifier of 300 samples', told)

    def test_categories_that_a_system_found_without_labels(self):
        digits = programs.make_digits(self.work / 'unlabelled', count=300)
        judge, run = self.work / 'judge_of_groups.safetensors', self.work / 'infogan'
        self.call(CLASSIFIER, '--data', digits, '--epochs', 1, '--out', judge)
        self.call(GAN, 'train', 'infogan', '--data', digits, '--rounds', 2, '--features', 2, '--out', run)
        told = self.call(EVALUATE, '--run', run, '--samples', 300, '--classifier', judge, '--quick')
        share = self.number(r'class agreement (\S+) % of 300 samples, each category standing for a class', told)
        self.assertGreaterEqual(share, 10, 'ten groups, matched as well as can be')
        self.assertNotIn('1-nearest-neighbour classifier of 300 samples', told)
        self.assertLessEqual(self.number(r'(\S+) % of \d+ test images wrong', told), 90)
        self.assertRegex(told, r'category 0 is \d, 1 is \d')

    def test_the_best_checkpoint_of_a_training(self):
        judge, plain, run = (self.work / name for name in ('judge.safetensors', 'plain', 'run'))
        self.call(CLASSIFIER, '--data', self.digits, '--epochs', 1, '--batch-size', 20, '--out', judge)
        flags = ['--data', self.digits, '--batch-size', 16, '--rounds', 4, '--ema', 0, *programs.SMALL[DCGAN]]
        self.call(DCGAN, *flags, '--out', plain)
        self.call(DCGAN, *flags, '--out', run, '--measure-every', 1, '--classifier', judge)
        # Measuring changes nothing of the training.
        self.assertEqual((plain / 'generator.safetensors').read_bytes(), (run / 'generator.safetensors').read_bytes())
        rows = [line.split(',') for line in (run / 'measures.csv').read_text().split()]
        self.assertEqual(rows[0], ['round', 'classifier_fid'])
        self.assertEqual([row[0] for row in rows[1:]], ['1', '2', '3', '4'])
        best = min(rows[1:], key=lambda row: float(row[1]))[0]
        self.assertEqual((run / 'checkpoints' / 'best.safetensors').resolve().name, f'round_{int(best):08}.safetensors')
        told = self.call(EVALUATE, '--run', run / 'checkpoints' / 'best.safetensors', '--samples', 100, '--quick',
                         '--classifier', judge)
        self.assertIn('classifier-FID', told)
        self.assertIn('--classifier', self.call(DCGAN, *flags, '--out', run, '--measure-every', 1, fails=True))

    def test_a_table_of_nets(self):
        judge = self.work / 'judge.safetensors'
        self.call(CLASSIFIER, '--data', self.digits, '--epochs', 1, '--batch-size', 20, '--out', judge)
        told = self.call(ABLATION, '--data', self.digits, '--classifier', judge, '--rounds', 2, '--batch-size', 8,
                         '--features', 4, '--samples', 200)
        rows = [line.split('|')[1:-1] for line in told.splitlines() if line.startswith('| ')][1:]
        self.assertEqual(len(rows), 7)
        self.assertTrue(all(0 < float(row[2]) < 1e6 for row in rows), told)
        self.assertEqual(len({row[1] for row in rows[1:]}), 6, told)  # ReLU has as many parameters as the first

    def test_two_folders(self):
        noise = random.Random(3)
        for name in ('real', 'generated'):
            (self.work / name).mkdir()
        for i in range(24):
            pixels = noise.randbytes(20 * 20)
            write_grey(self.work / 'real' / f'{i:02}.png', pixels, 20)
            near = bytes(min(255, p + 4) if p < 128 else p - 4 for p in pixels)
            write_grey(self.work / 'generated' / f'{i:02}.png', near, 20)
        told = self.call(EVALUATE, '--real', 'real', '--generated', 'generated', '--paired', '--squeezenet', 'none')
        self.assertAlmostEqual(self.number(r'PSNR (\S+) dB', told), 36.09, delta=0.01)  # 10 lg(255^2 / 4^2)
        self.assertIn('Sliced Wasserstein', told)

    def test_what_does_not_go_together(self):
        (self.work / 'a').mkdir()
        for words, message in ((('--real', 'a'), 'go together'), ((), 'give --run'),
                               (('--run', 'a'), 'holds neither'), (('--real', 'a', '--generated', 'a'), 'a'),
                               (('--run', 'a', '--paired'), '--paired')):
            self.assertIn(message, self.call(EVALUATE, *words, fails=True))
        (self.work / 'b').mkdir()
        write_grey(self.work / 'b' / '1.png', bytes(400), 20)
        self.assertIn('have no labels', self.call(CLASSIFIER, '--data', 'b', fails=True))


if __name__ == '__main__':
    programs.main()
