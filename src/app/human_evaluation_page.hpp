// The page of the human evaluation; sets and options go between its two parts, as JSON.
#pragma once

namespace gan::app {

inline constexpr const char* human_page_head = R"html(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Real or generated?</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #222; text-align: center }
#stage { position: relative; margin: 1em auto; background: #808080 }
#stage > * { position: absolute; inset: 0; width: 100%; height: 100%; visibility: hidden; image-rendering: pixelated }
#cross { font-size: 3em; line-height: 100%; display: flex; align-items: center; justify-content: center }
button { font: inherit; padding: .4em 1.4em; margin: .3em }
table { margin: 1em auto; border-collapse: collapse } td, th { padding: .2em .8em; border: 1px solid #ccc }
svg text { font: 12px sans-serif } [hidden] { display: none }
</style></head><body>
<h1>Real or generated?</h1>
<p id="text" role="status"></p>
<div id="stage"><div id="cross">+</div><img id="image" alt=""><canvas id="noise"></canvas></div>
<p id="answers" hidden><button id="real">Real (R)</button><button id="generated">Generated (G)</button></p>
<p><button id="go">Begin</button></p>
<div id="results" hidden></div>
<script id="data" type="application/json">)html";

inline constexpr const char* human_page_tail = R"html(</script>
<script>
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const $ = id => document.getElementById(id);
// mulberry32: the same order for the same seed in every browser.
let state = Number(new URLSearchParams(location.search).get('seed') ?? Math.floor(Math.random() * 2 ** 32)) >>> 0;
function random() {
  state = (state + 0x6D2B79F5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
function shuffle(list) {
  for (let i = list.length - 1; i > 0; --i) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}
// Each duration as often as any other, in random order.
function withDurations(images) {
  const durations = [];
  while (durations.length < images.length) durations.push(...shuffle([...data.durations]));
  return shuffle(images).map((image, i) => ({...image, duration: durations[i]}));
}
const practice = withDurations(data.practice.map((png, i) => ({set: -1, index: i, png})));
practice.sort((a, b) => b.duration - a.duration);  // long ones first: one gets used to it
const trials = shuffle(data.sets.flatMap((set, s) =>
  withDurations(set.images.map((png, i) => ({set: s, index: set.numbers[i], png})))));

// ---- one trial ------------------------------------------------------------------------------------------------------
for (const id of ['cross', 'image', 'noise']) $(id).style.visibility = 'hidden';
$('stage').style.width = $('stage').style.height = data.side + 'px';
const show = id => { for (const part of ['cross', 'image', 'noise'])
  $(part).style.visibility = part === id ? 'visible' : 'hidden'; };
const frame = () => new Promise(requestAnimationFrame);
const wait = ms => new Promise(done => setTimeout(done, ms));
function drawNoise() {
  const canvas = $('noise'), context = canvas.getContext('2d');
  canvas.width = canvas.height = 64;
  const pixels = context.createImageData(64, 64);
  for (let i = 0; i < pixels.data.length; ++i) pixels.data[i] = i % 4 === 3 ? 255 : Math.floor(Math.random() * 256);
  context.putImageData(pixels, 0, 0);
}
function question() {
  return new Promise(done => {
    const end = real => {
      document.onkeydown = $('real').onclick = $('generated').onclick = null;
      $('answers').hidden = true;
      done(real);
    };
    $('answers').hidden = false;
    $('real').onclick = () => end(true);
    $('generated').onclick = () => end(false);
    document.onkeydown = event => {
      const key = event.key.toLowerCase();
      if (key === 'r' || key === 'g') end(key === 'r');
    };
  });
}
async function run(trial) {
  show('cross');
  $('image').src = 'data:image/png;base64,' + trial.png;
  await Promise.all([$('image').decode(), wait(500)]);
  drawNoise();
  await frame();
  const start = performance.now();
  show('image');
  let now = start;
  while (now - start < trial.duration - 8) {  // to the nearest frame of 60 a second
    await frame();
    now = performance.now();
  }
  show('noise');
  const shown = performance.now() - start;
  const asked = performance.now();
  await wait(300);
  const real = await question();
  show('none');
  return {set: data.sets[trial.set]?.name, image: trial.index, duration_ms: trial.duration,
          shown_ms: Math.round(shown), judged_real: real ? 1 : 0, response_ms: Math.round(performance.now() - asked)};
}
async function begin(text) {
  $('text').textContent = text;
  $('go').hidden = false;
  await new Promise(done => { $('go').onclick = done; });
  $('go').hidden = true;
}

// ---- results --------------------------------------------------------------------------------------------------------
const columns = ['set', 'image', 'duration_ms', 'shown_ms', 'judged_real', 'response_ms'];
const quoted = value => /[",\r\n]/.test(value) ? '"' + String(value).replaceAll('"', '""') + '"' : String(value);
const toCsv = answers => [columns, ...answers.map(a => columns.map(c => a[c]))]
  .map(row => row.map(quoted).join(',') + '\r\n').join('');
function fromCsv(text) {
  const rows = [[]];
  for (const [, comma, plain, quoted] of text.trim().matchAll(/(^|,|\r?\n)(?:([^",\r\n]*)(?![^,\r\n])|"((?:[^"]|"")*)")/g)) {
    if (comma && comma !== ',') rows.push([]);
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  if (rows[0].join() !== columns.join()) throw new Error('these are not answers from a page like this');
  return rows.slice(1).map(row => Object.fromEntries(row.map((v, i) => [columns[i], i === 0 ? v : Number(v)])));
}
// Wilson's interval at 95 %.
function wilson(yes, n) {
  if (n === 0) return {share: 0, low: 0, high: 1};
  const z = 1.959963984540054, p = yes / n, d = 1 + z * z / n;
  const middle = (p + z * z / (2 * n)) / d, half = z / d * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {share: p, low: middle - half, high: middle + half};
}
const of = answers => wilson(answers.filter(a => a.judged_real).length, answers.length);
const escaped = text => text.replace(/[&<>"]/g, c => '&#' + c.charCodeAt(0) + ';');
const percent = x => (100 * x).toFixed(1);
const colours = ['#1b6ca8', '#c0392b', '#27864b', '#8e44ad', '#b9770e', '#117a8b', '#7f3f00', '#555555'];
function plot(answers, names) {
  const width = 640, height = 360, left = 50, bottom = 310, top = 20, right = 620;
  const x = i => left + (i + .5) / data.durations.length * (right - left), y = p => bottom - p * (bottom - top);
  const parts = [];
  for (const p of [0, .25, .5, .75, 1])
    parts.push(`<path d="M${left} ${y(p)}H${right}" stroke="#ddd"/><text x="${left - 6}" y="${y(p) + 4}" text-anchor="end">${100 * p} %</text>`);
  data.durations.forEach((d, i) => parts.push(`<text x="${x(i)}" y="${bottom + 16}" text-anchor="middle">${d}</text>`));
  parts.push(`<text x="${(left + right) / 2}" y="${height - 14}" text-anchor="middle">milliseconds shown</text>`);
  names.forEach((name, s) => {
    const colour = colours[s % colours.length], line = [];
    data.durations.forEach((d, i) => {
      const these = answers.filter(a => a.set === name && a.duration_ms === d);
      if (these.length === 0) return;
      const w = of(these), at = x(i) + 5 * (s - (names.length - 1) / 2);
      line.push(`${at} ${y(w.share)}`);
      parts.push(`<path d="M${at} ${y(w.low)}V${y(w.high)}" stroke="${colour}"/><circle cx="${at}" cy="${y(w.share)}" r="3" fill="${colour}"/>`);
    });
    if (line.length) parts.push(`<path d="M${line.join('L')}" fill="none" stroke="${colour}"/>`);
    parts.push(`<text x="${left + 8 + 140 * (s % 4)}" y="${top - 6 + 14 * Math.floor(s / 4)}" fill="${colour}">${escaped(name)}</text>`);
  });
  return `<svg viewBox="0 0 ${width} ${height}" width="100%" role="img" aria-label="share judged real by duration">${parts.join('')}</svg>`;
}
function report(answers) {
  const names = [...new Set([...data.sets.map(s => s.name), ...answers.map(a => a.set)])];
  const rows = names.map(name => {
    const these = answers.filter(a => a.set === name), w = of(these);
    return `<tr><td>${escaped(name)}</td><td>${these.length}</td><td>${percent(w.share)} %</td><td>${percent(w.low)} to ${percent(w.high)} %</td></tr>`;
  });
  $('results').innerHTML = '<table><tr><th>images</th><th>answers</th><th>judged real</th><th>95 % interval</th></tr>' +
    rows.join('') + '</table>' + plot(answers, names) +
    '<p><a id="csv" download="answers.csv">Save the answers (CSV)</a></p>' +
    '<p><label>Add answers of other people: <input id="more" type="file" multiple accept=".csv"></label></p>';
  $('csv').href = 'data:text/csv;charset=utf-8,' + encodeURIComponent(toCsv(answers));
  $('more').onchange = async event => {
    try {
      const texts = await Promise.all([...event.target.files].map(file => file.text()));
      report([...answers, ...texts.flatMap(fromCsv)]);
    } catch (error) { $('text').textContent = String(error.message); }
  };
  $('results').hidden = false;
}
(async () => {
  if (practice.length) {
    await begin(`Images flash up one after the other, some for a very short time. After each, say whether it was a real ` +
                `image or one that a program made. First ${practice.length} for practice: all of these are real.`);
    for (const [i, trial] of practice.entries()) {
      $('text').textContent = `Practice ${i + 1} of ${practice.length}`;
      await run(trial);
    }
  }
  await begin(`Now it counts: ${trials.length} images, real and generated ones mixed. Answer what you saw; guess where you must.`);
  const answers = [];
  for (const [i, trial] of trials.entries()) {
    $('text').textContent = `${i + 1} of ${trials.length}`;
    answers.push(await run(trial));
  }
  $('text').textContent = 'Thank you. This is what you took for real:';
  $('stage').hidden = true;
  report(answers);
})();
</script></body></html>
)html";

}  // namespace gan::app
