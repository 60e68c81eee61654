// Reads an EPUB from cover to end in two reading systems, epub.js and foliate-js, in headless Chromium: at the sizes of a
// phone and of a tablet, in light and dark. Fails on a script error, a message on the console, a resource that is missing or
// asked for outside of the book, a book that does not go on to its end, and a page that is wider than its column.
//
//     node read_epub.mjs FOLDER_WITH_NODE_MODULES BOOK.epub [FOLDER_FOR_SCREENSHOTS]

import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, resolve } from 'node:path';

const [modules, book, shots] = process.argv.slice(2).map(path => resolve(path));
const require = createRequire(join(modules, 'package.json'));
const { chromium } = require('playwright-core');

const TYPES = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.html': 'text/html', '.epub': 'application/epub+zip' };

// The pages that show the book. Both define `next()`, which turns a page and says how it went: `done` at the end of the
// book, and which elements stick out of their column.
const EPUB_JS = `<!doctype html><meta charset="utf-8"><title>epub.js</title>
<style>html, body { margin: 0; height: 100% } #view { width: 100vw; height: 100vh }</style><div id="view"></div>
<script src="/modules/jszip/dist/jszip.min.js"></script><script src="/modules/epubjs/dist/epub.js"></script>
<script>
  const rendition = ePub('/book.epub').renderTo('view', { width: innerWidth, height: innerHeight, flow: 'paginated', spread: 'none' });
  window.ready = rendition.display().then(() => rendition.book.ready);
  window.next = async () => {
    const at = rendition.currentLocation();
    if (at.atEnd) return { done: true, at: at.start.href };
    await rendition.next();
    return { done: false, at: rendition.currentLocation().start?.href };
  };
  window.documents = () => rendition.getContents().map(content => content.document);
</script>`;

const FOLIATE = `<!doctype html><meta charset="utf-8"><title>foliate-js</title>
<style>html, body { margin: 0; height: 100% } foliate-view { display: block; width: 100vw; height: 100vh }</style>
<script type="module">
  import '/modules/foliate-js/view.js';
  const view = document.createElement('foliate-view');
  document.body.append(view);
  let place = {}, shown = [];
  view.addEventListener('relocate', event => { place = event.detail });
  view.addEventListener('load', event => { shown = [event.detail.doc] });
  window.ready = (async () => {
    const blob = await (await fetch('/book.epub')).blob();
    await view.open(new File([blob], 'book.epub'));
    await view.renderer.next();
  })();
  window.next = async () => {
    const before = JSON.stringify([place.section, place.fraction]);
    await view.next();
    const last = view.renderer.atEnd ?? (view.renderer.page >= view.renderer.pages - 2);
    const same = JSON.stringify([place.section, place.fraction]) === before;
    return { done: same && place.section?.current === view.book.sections.length - 1 && last, at: String(place.section?.current) };
  };
  window.documents = () => shown;
</script>`;

function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const send = (type, body) => response.writeHead(200, { 'content-type': type }).end(body);
    try {
      if (path === '/epub.js.html') return send('text/html', EPUB_JS);
      if (path === '/foliate-js.html') return send('text/html', FOLIATE);
      if (path === '/favicon.ico') return response.writeHead(204).end();
      const file = path === '/book.epub' ? book : join(modules, 'node_modules', path.replace(/^\/modules\//, ''));
      send(TYPES[extname(file)] ?? 'application/octet-stream', await readFile(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise(done => server.listen(0, '127.0.0.1', () => done(server)));
}

// What sticks out of its column on the pages shown: the elements of the text, but not what scrolls inside itself.
function stickingOut() {
  const found = [];
  for (const document of window.documents()) {
    const view = document?.defaultView;
    if (!view) continue;
    const columns = view.getComputedStyle(document.documentElement);
    const column = parseFloat(columns.columnWidth) || parseFloat(view.getComputedStyle(document.body).columnWidth);
    if (!column) continue;
    for (const element of document.body.querySelectorAll('p, pre, table, figure, svg, img, h1, h2, h3, ul, ol, dl, math')) {
      let inside = false;
      for (let outer = element.parentElement; outer && outer !== document.body; outer = outer.parentElement) {
        inside ||= ['auto', 'scroll'].includes(view.getComputedStyle(outer).overflowX);
      }
      const widest = Math.max(...[...element.getClientRects()].map(box => box.width), 0);
      if (!inside && widest > column + 2) {
        found.push(element.localName + ' ' + Math.round(widest) + ' px in a column of ' + Math.round(column) + ' px: ' + element.textContent.trim().slice(0, 60));
      }
    }
  }
  return found;
}

const MOST_PAGES = 5000;
const SCREENS = [
  ['phone, light', { width: 360, height: 640 }, 'light'],
  ['tablet, dark', { width: 768, height: 1024 }, 'dark'],
];

const faults = [];
const server = await serve();
const base = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });

// Of its own frames foliate-js lets Chromium say this; it is nothing about the book.
const OF_THE_READER = 'allow-scripts and allow-same-origin';

async function read(system, screen, viewport, colorScheme) {
  const name = `${system}, ${screen}`;
  const fault = text => faults.push(`${name}: ${text}`);
  const page = await browser.newPage({ viewport, colorScheme });
  page.on('pageerror', error => fault(`script error: ${error.message}`));
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type()) && !message.text().includes(OF_THE_READER)) fault(`console: ${message.text()}`);
  });
  page.on('requestfailed', request => fault(`missing: ${request.url()} (${request.failure()?.errorText})`));
  page.on('response', response => response.status() >= 400 && fault(`missing: ${response.url()} (${response.status()})`));
  page.on('request', request => {
    if (!request.url().startsWith(base) && !/^(blob|data|about):/.test(request.url())) fault(`outside of the book: ${request.url()}`);
  });
  await page.goto(`${base}/${system}.html`);
  await page.waitForFunction(() => window.ready);
  await page.evaluate(() => window.ready);
  const seen = new Set();
  let pages = 1;
  for (; pages < MOST_PAGES; pages += 1) {
    const { done, at } = await page.evaluate(() => window.next());
    if (!seen.has(at)) {
      seen.add(at);
      for (const text of await page.evaluate(stickingOut)) fault(`sticks out: ${text}`);
      if (shots) await page.screenshot({ path: join(shots, `${system}-${screen.replace(', ', '-')}-${seen.size}.png`) });
    }
    if (done) break;
  }
  if (pages === MOST_PAGES) fault('the book does not come to an end');
  if (seen.size < 2) fault(`only ${[...seen].join(', ')} was shown`);
  console.log(`${name}: ${pages} pages, ${seen.size} documents`);
  await page.close();
}

const systems = ['epub.js', 'foliate-js'];
await Promise.all(systems.flatMap(system => SCREENS.map(([screen, ...look]) => read(system, screen, ...look))));
await browser.close();
server.close();
if (faults.length > 0) {
  console.error([...new Set(faults)].join('\n'));
  process.exit(1);
}
