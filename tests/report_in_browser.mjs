// The report of a batch in a real browser: report_in_browser.mjs REPORT.html PICTURE.png
// Wants puppeteer-core in $BOOKCHECK_NODE_MODULES and Chromium at $BOOKCHECK_CHROMIUM.
// REPORT.html is of a batch with at least one failed book and several that were made.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = process.env.BOOKCHECK_NODE_MODULES;
const puppeteer = createRequire(path.join(modules, 'x.js'))('puppeteer-core');
const [report, picture] = process.argv.slice(2);

const browser = await puppeteer.launch({
  executablePath: process.env.BOOKCHECK_CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage();
const faults = [], asked = [];
page.on('pageerror', error => faults.push(String(error)));
page.on('console', message => message.type() === 'error' && faults.push(message.text()));
page.on('request', request => asked.push(request.url()));

const address = pathToFileURL(path.resolve(report)).href;
await page.setViewport({ width: 1200, height: 900 });
await page.goto(address, { waitUntil: 'load' });

const column = index => page.$$eval('tbody tr', (rows, index) =>
  rows.filter(row => !row.hidden).map(row => {
    const cell = row.cells[index];
    return cell.dataset.v === undefined ? cell.textContent.trim() : Number(cell.dataset.v);
  }), index);
const heading = name => page.evaluateHandle(name =>
  [...document.querySelectorAll('th button')].find(button => button.textContent === name), name);
const order = name => heading(name).then(button => button.evaluate(b => b.parentElement.getAttribute('aria-sort')));
const passed = [];
const check = async (name, test) => { await test(); passed.push(name); };

const all = await column(1), outcomes = await column(2), eye = await column(3);
const failed = outcomes.filter(outcome => outcome === 'failed').length;

await check('failed books stand first, then those that want an eye most', async () => {
  assert.ok(failed > 0 && failed < all.length - 1, `${failed} of ${all.length} failed`);
  assert.ok(outcomes.slice(0, failed).every(outcome => outcome === 'failed'));
  const rest = eye.slice(failed);
  assert.deepEqual(rest, [...rest].sort((a, b) => b - a));
});
await check('each book that was made has a cover that the browser can draw', async () => {
  const widths = await page.$$eval('tbody img', images => images.map(image => image.naturalWidth));
  assert.equal(widths.length, all.length - failed);
  assert.ok(widths.every(width => width > 0), String(widths));
});
await check('every heading sorts, and the other way round', async () => {
  for (const [index, name] of [[3, 'Eye'], [4, 'Words'], [5, 'Chapters'], [6, 'Pages'], [8, 'Likely']]) {
    const button = await heading(name);
    if (await order(name) === null) await button.click();
    const down = await column(index);
    assert.deepEqual(down, [...down].sort((a, b) => b - a), `${name} downwards`);
    assert.equal(await order(name), 'descending');
    await button.click();
    const up = await column(index);
    assert.deepEqual(up, [...up].sort((a, b) => a - b), `${name} upwards`);
    assert.equal(await order(name), 'ascending');
    assert.equal(await page.$$eval('th[aria-sort]', headings => headings.length), 1);
  }
  await (await heading('Book')).click();
  const names = await column(1);
  const collator = new Intl.Collator('en', { numeric: true });
  assert.deepEqual(names, [...names].sort(collator.compare), 'Book by its name');
});
await check('a heading works from the keyboard', async () => {
  await (await heading('Words')).focus();
  await page.keyboard.press('Enter');
  assert.equal(await order('Words'), 'descending');
});
await check('books can be found and picked by outcome', async () => {
  await page.select('#show', 'failed');
  assert.deepEqual(new Set(await column(2)), new Set(['failed']));
  await page.select('#show', '');
  const word = all[all.length - 1].slice(0, 3);
  await page.type('#find', word);
  const found = await column(1);
  assert.ok(found.length > 0 && found.every(text => text.toLowerCase().includes(word.toLowerCase())));
  await page.$eval('#find', input => { input.value = ''; input.dispatchEvent(new Event('input')); });
  assert.equal((await column(1)).length, all.length);
});
await check('links lead to files that are there', async () => {
  const links = await page.$$eval('tbody a', anchors => anchors.map(anchor => anchor.href));
  assert.ok(links.length >= all.length - failed);
  const { access } = await import('node:fs/promises');
  for (const link of links) await access(new URL(link));
});
await check('the whole page is its own: nothing else is asked for, no script fails', async () => {
  assert.deepEqual(asked.filter(url => url !== address && !url.startsWith('data:')), []);
  assert.deepEqual(faults, []);
});
await page.screenshot({ path: picture });
await check('dark screens get a dark page', async () => {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
  const ground = await page.$eval('body', body => getComputedStyle(body).backgroundColor);
  assert.equal(ground, 'rgb(24, 24, 24)');
});
await page.screenshot({ path: picture.replace(/\.png$/, '-dark.png') });
await browser.close();
console.log(`${passed.length} passed, 0 failed`);
