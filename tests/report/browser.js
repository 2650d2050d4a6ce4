// SPDX-License-Identifier: ISC
// A headless Chromium, driven over its pipe (DevTools protocol), without a port
// or a library. Pages are opened from files; their requests and console messages
// are recorded.
'use strict';

const { spawn } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const PATIENCE = 1200000; // ms, for a machine with much else to do

class Browser {
	static async open() {
		const b = new Browser();
		b.profile = mkdtempSync(join(tmpdir(), 'op-report-chromium.'));
		b.process = spawn(process.env.CHROMIUM || 'chromium', ['--headless=new', '--no-sandbox', '--disable-gpu',
			'--disable-dev-shm-usage', '--hide-scrollbars', '--no-first-run', '--disable-background-networking',
			'--disable-component-update', '--disable-sync', '--force-color-profile=srgb',
			`--user-data-dir=${b.profile}`, '--remote-debugging-pipe', 'about:blank'],
		{ stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: b.profile } });
		b.ended = new Promise((resolve) => {
			b.process.on('exit', resolve);
			b.process.on('error', resolve);
		});
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
			process.once(signal, () => b.close().finally(() => process.exit(1)));
		b.next = 1;
		b.waiting = new Map();
		b.listeners = [];
		let rest = '';
		b.process.stdio[4].setEncoding('utf8').on('data', (data) => {
			const parts = (rest + data).split('\0');
			rest = parts.pop();
			parts.forEach((part) => b.take(JSON.parse(part)));
		});
		b.process.stdio[3].on('error', () => {});
		b.ended.then(() => b.waiting.forEach(({ reject }) => reject(new Error('Chromium has ended'))));
		const { targetId } = await b.send('Target.createTarget', { url: 'about:blank' });
		const { sessionId } = await b.send('Target.attachToTarget', { targetId, flatten: true });
		b.session = sessionId;
		for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'DOM', 'Accessibility'])
			await b.send(`${domain}.enable`);
		return b;
	}

	take(message) {
		if (message.method)
			this.listeners.forEach((listener) => listener(message));
		const waiting = this.waiting.get(message.id);
		if (!waiting)
			return;
		this.waiting.delete(message.id);
		if (message.error)
			waiting.reject(new Error(JSON.stringify(message.error)));
		else
			waiting.resolve(message.result);
	}

	send(method, params = {}) {
		const id = this.next++;
		const message = { id, method, params };
		if (this.session && !method.startsWith('Target.'))
			message.sessionId = this.session;
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`${method}: no answer`)), PATIENCE);
			const settle = (f) => (value) => {
				clearTimeout(timer);
				f(value);
			};
			this.waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
			this.process.stdio[3].write(`${JSON.stringify(message)}\0`);
		});
	}

	// Opens a file. Returns its requests besides itself, and its console messages.
	async load(path, { width = 1280, height = 900, dark = false, print = false } = {}) {
		this.requests = [];
		this.console = [];
		const url = `file://${path}`;
		await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: width < 600 });
		await this.send('Emulation.setEmulatedMedia', { media: print ? 'print' : '',
			features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }] });
		const loaded = new Promise((resolve) => {
			this.listeners = [({ method, params }) => {
				if (method === 'Network.requestWillBeSent' && params.request.url !== url)
					this.requests.push(params.request.url);
				if (method === 'Runtime.consoleAPICalled' || method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded')
					this.console.push(JSON.stringify(params));
				if (method === 'Page.loadEventFired')
					resolve();
			}];
		});
		await this.send('Page.navigate', { url });
		await loaded;
	}

	// The value of an expression in the page, after any promise is settled.
	async run(expression) {
		const { result, exceptionDetails } = await this.send('Runtime.evaluate',
			{ expression, returnByValue: true, awaitPromise: true });
		if (exceptionDetails)
			throw new Error(exceptionDetails.exception?.description || exceptionDetails.text);
		return result.value;
	}

	// A screenshot of the page, limited in height to what a graphics card can hold.
	async screenshot(most = 6000) {
		const [width, height] = await this.run('[innerWidth, document.documentElement.scrollHeight]');
		const { data } = await this.send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true,
			clip: { x: 0, y: 0, width, height: Math.min(height, most), scale: 1 } });
		return Buffer.from(data, 'base64');
	}

	async press(key, code, modifiers = 0) {
		for (const type of ['keyDown', 'keyUp'])
			await this.send('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: code, modifiers,
				text: type === 'keyDown' && key === 'Enter' ? '\r' : undefined });
	}

	async close() {
		this.process.kill('SIGTERM');
		const timer = setTimeout(() => this.process.kill('SIGKILL'), 10000);
		await this.ended;
		clearTimeout(timer);
		rmSync(this.profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
	}
}

module.exports = { Browser };
