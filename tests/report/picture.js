// SPDX-License-Identifier: ISC
// picture.js PAGE.html FILE.png: the whole page, its first ticket unfolded.
'use strict';

const { writeFileSync } = require('node:fs');
const { resolve } = require('node:path');
const { Browser } = require('./browser.js');

(async () => {
	const b = await Browser.open();
	try {
		await b.load(resolve(process.argv[2]), { width: 1000 });
		await b.run('document.querySelector(".card").open = true');
		writeFileSync(process.argv[3], await b.screenshot());
	} finally {
		await b.close();
	}
})();
