/** Where a Chromium is: the one that a distribution installs, or Playwright's own. JavaScript, for Jest's settings read it. */
const { accessSync, constants } = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright');

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns {string | undefined} undefined: there is none */
function chromiumPath() {
  const places = (process.env.PATH ?? '').split(path.delimiter).filter((place) => place !== '');
  const found = places.flatMap((place) => NAMES.map((name) => path.join(place, name)));
  return [...found, chromium.executablePath()].find(isProgram);
}

module.exports = { chromiumPath };
