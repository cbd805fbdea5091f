#!/usr/bin/env python3
"""The page of human evaluation in a headless Chromium, with a participant that a script plays.

Usage: human.py HUMAN EVALUATE. Skipped (77) where there is no Chromium.
"""
import base64
import csv
import html
import io
import json
import math
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

HUMAN, EVALUATE = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
CHROMIUM = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), None)
DURATIONS = [50, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000]

# Chromium's virtual clock runs ahead of the frames it draws: frames come by that clock, too.
FRAMES = '''<head><script>
window.requestAnimationFrame = f => setTimeout(() => f(performance.now()), 1000 / 60);
</script>'''
# Calls every dark image generated, and every third other one; presses keys and buttons in turn. Leaves what it saw, and in
# the end the CSV, as JSON in the document.
PARTICIPANT = '''<script>
(async () => {
  const seen = [], pause = ms => new Promise(done => setTimeout(done, ms)), $ = id => document.getElementById(id);
  const visible = id => getComputedStyle($(id)).visibility === 'visible';
  let count = 0, began = null, last = null;
  new MutationObserver(() => {
    const now = performance.now();
    if (visible('image') && began === null) began = now;
    if (!visible('image') && began !== null) { last = {ms: now - began, src: $('image').src, cross: false}; began = null; }
  }).observe($('stage'), {subtree: true, attributes: true, attributeFilter: ['style']});
  while ($('results').hidden) {
    await pause(5);
    if (!$('go').hidden) { seen.push({text: $('text').textContent}); $('go').click(); continue; }
    if ($('answers').hidden) continue;
    const canvas = document.createElement('canvas'), context = canvas.getContext('2d');
    canvas.width = canvas.height = 1;
    context.drawImage($('image'), 0, 0, 1, 1);
    const dark = context.getImageData(0, 0, 1, 1).data[0] < 128, real = !dark && ++count % 3 !== 0;
    seen.push({...last, imageHidden: !visible('image'), noise: visible('noise'), real, text: $('text').textContent});
    if (count % 2) $(real ? 'real' : 'generated').click();
    else document.dispatchEvent(new KeyboardEvent('keydown', {key: real ? 'r' : 'G'}));
    await pause(0);
  }
  const own = decodeURIComponent($('csv').href.split(',').slice(1).join(','));
  const table = () => [...document.querySelectorAll('td')].map(d => d.textContent);
  const result = {seen, own, table: table(), circles: document.querySelectorAll('svg circle').length};
  // Another person's answers, through the file input.
  const others = new DataTransfer();
  others.items.add(new File(['set,image,duration_ms,shown_ms,judged_real,response_ms\\r\\n' +
    '"odd, ""name""",3,50,50,1,400\\r\\nlight,1,100,100,1,500\\r\\n'], 'others.csv'));
  $('more').files = others.files;
  $('more').dispatchEvent(new Event('change'));
  while (table().length === result.table.length) await pause(5);
  result.merged = table();
  const out = document.createElement('pre');
  out.id = 'outcome';
  out.textContent = JSON.stringify(result);
  document.body.append(out);
})();
</script></body>'''


def write_png(path, value, size=16):
    rows = b''.join(b'\0' + bytes([value, value, value + 1]) * size for _ in range(size))
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    path.write_bytes(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', size, size, 8, 2, 0, 0, 0)) +
                     chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def wilson(yes, n, z=1.959963984540054):
    """The roots of n (share - p)^2 = z^2 p (1 - p): Wilson's interval by its definition."""
    a, b, c = 1 + z * z / n, -(2 * yes / n + z * z / n), (yes / n)**2
    root = math.sqrt(b * b - 4 * a * c)
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


class Human(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        for name, first in (('photos', 200), ('dark', 10), ('light', 140)):
            (cls.work / name).mkdir()
            for i in range(40):
                write_png(cls.work / name / f'{i:02}.png', first + i)
        subprocess.run([HUMAN, '--real', 'photos', '--generated', 'dark,light/', '--images', '22', '--out', 'new/page.html'],
                       cwd=cls.work, check=True, stdout=subprocess.DEVNULL)
        cls.page = (cls.work / 'new' / 'page.html').read_text()
        cls.data = json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', cls.page, re.S)[1])

    def play(self, seed):
        path = self.work / f'played{seed}.html'
        path.write_text(self.page.replace('<head>', FRAMES).replace('</body>', PARTICIPANT))
        done = subprocess.run(
            [CHROMIUM, '--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
             f'--user-data-dir={self.work}/profile', '--virtual-time-budget=3000000', '--timeout=900000',
             '--dump-dom', f'file://{path}?seed={seed}'],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=1000, env={**os.environ, 'HOME': str(self.work)})
        found = re.search(r'<pre id="outcome">(.*?)</pre>', done.stdout, re.S)
        self.assertIsNotNone(found, f'the page did not come to its end: {done.stderr[-2000:]}\n{done.stdout[-1000:]}')
        return json.loads(html.unescape(found[1]))

    def test_page_is_one_offline_file(self):
        without_data = self.page.replace(json.dumps(self.data), '')
        self.assertEqual(re.findall(r'https?://|src="|@import|url\(', without_data), [])
        self.assertEqual([s['name'] for s in self.data['sets']], ['real', 'dark', 'light'])
        self.assertEqual(self.data['durations'], DURATIONS)
        for images in [self.data['practice'], *(s['images'] for s in self.data['sets'])]:
            for image in images:
                self.assertTrue(base64.b64decode(image, validate=True).startswith(b'\x89PNG'))
        real = self.data['sets'][0]['images']
        self.assertEqual(len(set(real)), 22)
        self.assertEqual(len(self.data['practice']), 11)
        self.assertFalse(set(real) & set(self.data['practice']), 'practice images come again')

    def test_evaluate_writes_such_a_page(self):
        subprocess.run([EVALUATE, '--real', 'photos', '--generated', 'dark', '--samples', '100', '--human', 'pages/both.html'],
                       cwd=self.work, check=True, stdout=subprocess.DEVNULL)
        page = (self.work / 'pages' / 'both.html').read_text()
        data = json.loads(re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.S)[1])
        self.assertEqual([s['name'] for s in data['sets']], ['real', 'generated'])
        self.assertEqual([len(set(s['images'])) for s in data['sets']], [40, 40])
        self.assertTrue(set(self.data['sets'][1]['images']) <= set(data['sets'][1]['images']), 'other pixels')

    def test_faults_are_named(self):
        for flags, code, words in ((['--generated', ''], 2, '--generated is empty'),
                                   (['--generated', 'nowhere'], 1, 'nowhere'),
                                   (['--generated', 'dark,dark'], 1, "two sets are called 'dark'")):
            done = subprocess.run([HUMAN, '--real', 'photos', *flags, '--out', 'none.html'], cwd=self.work, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn(words, done.stderr)
            self.assertFalse((self.work / 'none.html').exists())

    def test_a_participant_from_the_first_image_to_the_intervals(self):
        result = self.play(7)
        trials = [s for s in result['seen'] if 'src' in s]
        practice, counted = trials[:11], trials[11:]
        texts = [s['text'] for s in result['seen'] if 'src' not in s]
        self.assertIn('First 11 for practice: all of these are real', texts[0])
        self.assertIn('Now it counts: 66 images', texts[1])
        self.assertEqual({t['src'].split(',')[1] for t in practice}, set(self.data['practice']))
        shown = [t['src'].split(',')[1] for t in counted]
        self.assertCountEqual(shown, [i for s in self.data['sets'] for i in s['images']])
        for t in trials:
            self.assertTrue(t['imageHidden'] and t['noise'], 'a question while the image is still there')

        rows = list(csv.DictReader(io.StringIO(result['own'])))
        self.assertEqual(len(rows), 66)
        for row, trial in zip(rows, counted):
            name = row['set']
            images = next(s for s in self.data['sets'] if s['name'] == name)
            at = images['numbers'].index(int(row['image']))
            self.assertEqual(images['images'][at], trial['src'].split(',')[1], 'the CSV names another image')
            self.assertEqual(int(row['judged_real']), int(trial['real']))
            # Within two frames of 60 a second, by the page's clock and by the observer's.
            self.assertLess(abs(int(row['shown_ms']) - int(row['duration_ms'])), 35)
            self.assertLess(abs(trial['ms'] - int(row['duration_ms'])), 35)
            self.assertGreaterEqual(int(row['response_ms']), 0)
        order = [row['set'] for row in rows]
        self.assertNotEqual(order, sorted(order), 'sets come one after the other')
        for name in ('real', 'dark', 'light'):
            times = sorted(int(row['duration_ms']) for row in rows if row['set'] == name)
            self.assertEqual(times, sorted(2 * DURATIONS), 'each duration twice in each set')
            yes = sum(int(row['judged_real']) for row in rows if row['set'] == name)
            low, high = wilson(yes, 22)
            at = result['table'].index(name)
            self.assertEqual(result['table'][at:at + 4],
                             [name, '22', f'{100 * yes / 22:.1f} %', f'{100 * low:.1f} to {100 * high:.1f} %'])
        self.assertEqual(sum(int(row['judged_real']) for row in rows if row['set'] == 'dark'), 0)
        self.assertGreater(sum(int(row['judged_real']) for row in rows if row['set'] == 'real'), 8)
        self.assertEqual(result['circles'], 3 * len(DURATIONS))
        at = result['merged'].index('light')
        self.assertEqual(result['merged'][at + 1], '23', "another person's answers are added")
        at = result['merged'].index('odd, "name"')
        self.assertEqual(result['merged'][at + 1:at + 3], ['1', '100.0 %'])

        again, other = self.play(7), self.play(8)
        order = [s.get('src') for s in result['seen']]
        self.assertEqual([s.get('src') for s in again['seen']], order, 'the same seed, another order')
        self.assertNotEqual([s.get('src') for s in other['seen']], order, 'another seed, the same order')


if __name__ == '__main__':
    if CHROMIUM is None:
        print('skipped: there is no Chromium here (Debian: apt-get install chromium)')
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=1)
