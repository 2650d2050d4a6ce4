// SPDX-License-Identifier: ISC
// picture.js PAGE.html FILE.png: the page from its title to the end of its timeline.
'use strict';

const { writeFileSync } = require('node:fs');
const { resolve } = require('node:path');
const { Browser } = require('./browser.js');

(async () => {
	const b = await Browser.open();
	try {
		await b.load(resolve(process.argv[2]), { width: 1000 });
		const height = await b.run('Math.ceil(document.querySelector(".chart:last-of-type").getBoundingClientRect().bottom + scrollY + 24)');
		const { data } = await b.send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: true,
			clip: { x: 0, y: 0, width: 1000, height, scale: 1 } });
		writeFileSync(process.argv[3], Buffer.from(data, 'base64'));
	} finally {
		await b.close();
	}
})();
