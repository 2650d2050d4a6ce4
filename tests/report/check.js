// SPDX-License-Identifier: ISC
// check.js FOLDER: tests the pages that tests/report/check has put there in a
// browser. Prints TAP.
'use strict';

const { execFileSync, spawnSync } = require('node:child_process');
const { readFileSync, writeFileSync } = require('node:fs');
const { join, resolve } = require('node:path');
const { Browser } = require('./browser.js');

const folder = resolve(process.argv[2]);
const axe = readFileSync(join(folder, 'node_modules/axe-core/axe.min.js'), 'utf8');
const sizes = [['1280-light', { width: 1280 }], ['1280-dark', { width: 1280, dark: true }],
	['390-light', { width: 390, height: 844 }], ['390-dark', { width: 390, height: 844, dark: true }]];
let passed = 0;
let failed = 0;

function check(name, wrong) {
	const good = wrong === undefined || wrong === true || (Array.isArray(wrong) && wrong.length === 0);
	console.log(`${good ? 'ok' : 'not ok'} ${passed + failed + 1} ${name}`);
	if (good) {
		passed++;
		return;
	}
	failed++;
	for (const line of (typeof wrong === 'string' ? wrong : JSON.stringify(wrong, null, 1)).split('\n').slice(0, 40))
		console.log(`# ${line.slice(0, 400)}`);
}

const path = (name) => join(folder, `${name}.html`);
const records = (name) => readFileSync(join(folder, `${name}.ndjson`), 'utf8').trim().split('\n').map((l) => JSON.parse(l));

// What is wider than the page, except for what scrolls or is clipped within it.
const overflowing = `[...document.querySelectorAll('body *')].filter((e) => {
	const r = e.getBoundingClientRect();
	return r.width && r.right > innerWidth + 1 && !e.closest('.scroll, svg, .skip') && getComputedStyle(e).position !== 'absolute';
}).map((e) => e.outerHTML.slice(0, 200)).concat(document.documentElement.scrollWidth > innerWidth
	? ['the page is ' + document.documentElement.scrollWidth + ' wide'] : [])`;

async function looks(b, name) {
	for (const [size, how] of sizes) {
		await b.load(path(name), how);
		check(`${name} ${size}: nothing on the console`, b.console);
		check(`${name} ${size}: no request`, b.requests);
		check(`${name} ${size}: nothing sticks out`, await b.run(overflowing));
		writeFileSync(join(folder, `${name}-${size}.png`), await b.screenshot());
	}
}

async function accessible(b, name, except = []) {
	for (const [size, how] of sizes) {
		await b.load(path(name), how);
		await b.run(axe);
		const found = await b.run(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
			rules: { 'target-size': { enabled: true } } }).then((r) => r.violations
			.filter((v) => v.impact === 'serious' || v.impact === 'critical')
			.map((v) => [v.id, v.help, v.nodes.length, v.nodes[0].html, v.nodes[0].failureSummary]))`);
		check(`${name} ${size}: axe finds nothing serious`, found.filter(([id]) => !except.includes(id)));
	}
}

// Compares the page with its stream.
async function content(b, name) {
	const all = records(name);
	const tickets = all.filter((r) => r.kind === 'ticket');
	const open = tickets.filter((t) => t.status !== 'resolved');
	const clusters = [...new Set(all.filter((r) => r.cluster && (r.kind === 'ticket' || r.kind === 'gap')).map((r) => r.cluster))];
	await b.load(path(name));
	const seen = await b.run(`({
		cards: document.querySelectorAll('details.card').length,
		open: document.querySelectorAll('.open-list li').length,
		plots: document.querySelectorAll('svg.plot').length,
		bars: document.querySelectorAll('.bars > a').length,
		gaps: document.querySelectorAll('rect.gap:not(.legend *)').length,
		rows: document.querySelectorAll('.rows text').length,
		scripts: document.querySelectorAll('script, iframe, object, embed, img, form').length,
		broken: [...document.querySelectorAll('a[href^="#"]')].map((a) => a.getAttribute('href').slice(1)).filter((id) => !document.getElementById(id)),
		ids: [...document.querySelectorAll('[id]')].map((e) => e.id),
		unnamed: [...document.querySelectorAll('.bars > a')].filter((a) => !a.querySelector('title')?.textContent.startsWith('TKT-')).length,
		flat: [...document.querySelectorAll('.bars > a')].filter((a) => a.querySelector('.bar').getBoundingClientRect().width < 0.3).length,
	})`);
	const rows = clusters.length + new Set(tickets.filter((t) => t.store_id !== null).map((t) => t.cluster + '\0' + t.store_id)).size;
	check(`${name}: a card for each ticket`, seen.cards === tickets.length || `${seen.cards} of ${tickets.length}`);
	check(`${name}: each open one in the list`, seen.open === Math.min(open.length, 100) || `${seen.open} of ${open.length}`);
	check(`${name}: a chart for each cluster`, seen.plots === clusters.length || `${seen.plots} of ${clusters.length}`);
	check(`${name}: a bar for each ticket, none too thin to see`, (seen.bars === tickets.length && seen.flat === 0 && seen.unnamed === 0) || seen);
	check(`${name}: a row for each cluster and store`, seen.rows === rows || `${seen.rows} of ${rows}`);
	check(`${name}: each gap in grey`, seen.gaps === all.filter((r) => r.kind === 'gap').length || seen.gaps);
	check(`${name}: links within the page lead somewhere`, seen.broken);
	check(`${name}: ids are unique`, seen.ids.filter((id, i) => seen.ids.indexOf(id) !== i));
	check(`${name}: no script, frame, image or form`, seen.scripts === 0 || seen.scripts);
}

async function hostile(b) {
	await b.load(path('hostile'));
	const seen = await b.run(`({
		title: document.title,
		text: document.body.textContent,
		handlers: [...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => a.name.startsWith('on'))).length,
		links: [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href')).filter((h) => !/^(#|https?:\\/\\/|mailto:)/.test(h)),
	})`);
	check('hostile: no text became a handler', seen.handlers === 0 || seen.handlers);
	check('hostile: no link leads to a script', seen.links);
	check('hostile: the title is the page\'s own', seen.title !== 'owned');
	for (const text of ["<script>document.title='owned'</script>", ']]><!--</style></title></textarea>', 'javascript:alert(1)',
		'\\u{202e}', '\\x1b[31m', '&lt;b&gt;&#x202e;&amp;', '<iframe src="http://127.0.0.1:9/"></iframe>'])
		check(`hostile: shown as it is: ${text.replace(/#/g, '?')}`, seen.text.includes(text));
	// eslint-disable-next-line no-control-regex
	check('hostile: no character that deceives', !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(seen.text));
}

// Whether the focused element shows its focus.
const focused = `(() => {
	const e = document.activeElement, r = e.getBoundingClientRect(), s = getComputedStyle(e);
	const bar = e.closest('svg') && e.querySelector('.bar');
	const again = (window.stops ??= new Set()).has(e);
	window.stops.add(e);
	return { again, what: e.tagName + ' ' + (e.getAttribute('href') || e.id || e.className), top: e === document.body,
		shows: bar ? getComputedStyle(bar).strokeWidth === '2.5px' : s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,
		inView: r.bottom > 0 && r.top < innerHeight && r.right > 0 };
})()`;

// Whether it becomes true within a minute, for busy machines.
async function comes(b, expression) {
	for (let i = 0; i < 600; i++) {
		if (await b.run(expression))
			return true;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	return false;
}

async function keyboard(b) {
	await b.load(path('week'));
	const stops = [];
	for (let i = 0; i < 1000; i++) {
		await b.press('Tab', 9);
		const stop = await b.run(focused);
		if (stop.top || stop.again)
			break;
		stops.push(stop);
	}
	const want = await b.run('document.querySelectorAll("a[href], summary, .scroll, input:checked").length');
	check('keyboard: the first stop skips to the tickets', stops[0].what === 'A #tickets' || stops[0]);
	check('keyboard: every stop shows that it has the focus', stops.filter((s) => !s.shows));
	check('keyboard: every stop is in view', stops.filter((s) => !s.inView));
	check('keyboard: bars, cards and tables are all reached', stops.filter((s) => s.what.startsWith('A #TKT-')).length > 20
		&& stops.filter((s) => s.what.startsWith('SUMMARY')).length > 20 && stops.filter((s) => s.what.startsWith('DIV scroll')).length >= 2
		&& stops.length <= want || `${stops.length} of ${want}`);

	await b.load(path('week'));
	await b.run('document.querySelector(".card:not([open]) > summary").focus()');
	await b.press('Enter', 13);
	check('keyboard: Enter unfolds a card', await comes(b, 'document.activeElement.parentElement.open'));

	await b.load(path('week'));
	const closed = await b.run(`(() => {
		const bar = [...document.querySelectorAll('.bars > a')].find((a) => !document.getElementById(a.getAttribute('href').slice(1)).closest('details').open);
		bar.focus();
		return bar.getAttribute('href').slice(1);
	})()`);
	await b.press('Enter', 13);
	check('keyboard: Enter on a bar leads to its card and unfolds it',
		await comes(b, `document.getElementById('${closed}').closest('details').open && location.hash === '#${closed}'`));

	await b.load(path('week'));
	await b.run('document.getElementById("show-critical").focus(), document.getElementById("show-critical").click()');
	check('the filter leaves critical tickets alone', await b.run(`[...document.querySelectorAll('.card')]
		.every((c) => (getComputedStyle(c).display !== 'none') === c.classList.contains('critical'))`));
	await b.press('ArrowRight', 39);
	check('keyboard: an arrow moves the filter on', await comes(b, 'document.getElementById("show-warning").checked'));
}

// WCAG 1.4.11: bars, marks and hatches against their background.
const contrast = `(() => {
	const light = (c) => { const v = c.match(/[\\d.]+/g).slice(0, 3).map((x) => x / 255).map((x) => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
		return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
	const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
	const ground = getComputedStyle(document.querySelector('.chart')).backgroundColor;
	const gap = getComputedStyle(document.querySelector('.gap')).fill;
	const of = (s, p) => getComputedStyle(document.querySelector(s))[p];
	return [['.legend .critical', 'fill'], ['.legend .warning', 'fill'], ['.legend .info', 'fill'], ['.mark', 'stroke'], ['.legend .muted', 'stroke'], ['.join line', 'stroke']]
		.flatMap(([s, p]) => [[s, ratio(of(s, p), ground)], [s + ' on grey', ratio(of(s, p), gap)]])
		.filter(([s, r]) => r < (s.startsWith('.join line on') ? 2 : 3));
})()`;

async function colours(b) {
	for (const [size, how] of sizes) {
		await b.load(path('week'), how);
		check(`contrast of the chart, ${size}`, await b.run(contrast));
	}
}

async function paper(b) {
	await b.load(path('week'), { width: 794, print: true, dark: true });
	const seen = await b.run(`({
		nav: getComputedStyle(document.querySelector('nav')).display,
		ground: getComputedStyle(document.documentElement).getPropertyValue('--paper'),
		folded: [...document.querySelectorAll('.card .facts')].filter((e) => !e.checkVisibility({ contentVisibilityAuto: true })).length,
	})`);
	check('print: no navigation, on white, also where the display is dark', (seen.nav === 'none' && seen.ground.trim() === '#fff') || seen);
	check('print: all cards are unfolded', seen.folded === 0 || `${seen.folded} are folded`);
	const { data } = await b.send('Page.printToPDF', { printBackground: true });
	check('print: a PDF', Buffer.from(data, 'base64').subarray(0, 5).toString() === '%PDF-');
}

function valid(name) {
	// the standard allows <a> within SVG, but tidy does not know it
	const { status, stderr } = spawnSync('tidy', ['-q', '-e', '-utf8', '--warn-proprietary-attributes', 'no', path(name)], { encoding: 'utf8', maxBuffer: 1 << 26 });
	check(`${name}: tidy has nothing to say`, status === 0 || stderr || `status ${status}`);
}

async function main() {
	execFileSync('tidy', ['-v']);
	const pages = ['week', 'day', 'month', 'hostile', 'empty', 'live'];
	pages.forEach(valid);
	const b = await Browser.open();
	try {
		for (const name of pages)
			await looks(b, name);
		for (const name of ['week', 'day', 'month', 'hostile'])
			await content(b, name);
		await hostile(b);
		for (const name of ['week', 'hostile', 'empty'])
			await accessible(b, name);
		await accessible(b, 'live', ['meta-refresh']); // what --refresh asks for
		await keyboard(b);
		await colours(b);
		await paper(b);
		await b.load(path('empty'));
		check('empty: the page reports it', await b.run('document.body.textContent.includes("There were no tickets in this time.")'));
		await b.load(path('large'));
		check('large: nothing on the console, and all cards', (b.console.length === 0 && await b.run('document.querySelectorAll(".card").length') === 10000) || b.console);
	} finally {
		await b.close();
	}
}

main().catch((e) => check('the browser', String(e.stack || e))).finally(() => {
	console.log(`1..${passed + failed}`);
	console.log(`${passed} passed, ${failed} failed`);
	process.exit(failed ? 1 : 0);
});
