// What every browser test here needs: a browser, a handheld-sized page, and a scanner.
import { chromium } from 'playwright-core';

export const CHROMIUM = process.env.PICKET_CHROMIUM ?? '/usr/bin/chromium';
/** How many times slower the page runs than this machine: PICKET_SLOW=20 finds tests that only pass on a quick one. */
const SLOW = Number(process.env.PICKET_SLOW ?? 1);
export const HANDHELD = { width: 360, height: 640 };
export const DESK = { width: 1280, height: 800 };

export function startBrowser() {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
}
/** A fresh device: its own storage, its own service worker. Errors of the page are collected in page.faults. */
export async function startDevice(browser, { viewport = HANDHELD, ...more } = {}) {
  const context = await browser.newContext({ viewport, locale: 'en-GB', timezoneId: 'Europe/Berlin', ...more });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (e) => page.faults.push(String(e)));
  page.on('console', (m) => { if (m.type() === 'error' && !/Failed to load resource|WebSocket connection|ERR_/.test(m.text())) page.faults.push(m.text()); });
  page.setDefaultTimeout(60_000);
  if (SLOW > 1) await (page.cdp = await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: SLOW });
  return { context, page };
}
/** A keyboard-wedge scan: the keys of a burst, sent without waiting in between, ended by Enter. */
export async function wedge(page, code) {
  page.cdp ??= await page.context().newCDPSession(page);
  // A hand needs a moment between two scans; two bursts that end together are one scan on two channels.
  const sent = [], begun = Math.max(Date.now() / 1000, (page.scanned ?? 0) + 0.15);
  page.scanned = begun + code.length * 0.004;
  // The keys carry the scanner's own times: a busy test machine must not look like a slow hand.
  const key = (i, more) => sent.push(page.cdp.send('Input.dispatchKeyEvent', { timestamp: begun + i * 0.004, ...more }));
  [...code].forEach((ch, i) => { key(i, { type: 'keyDown', key: ch, text: ch, unmodifiedText: ch }); key(i, { type: 'keyUp', key: ch }); });
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 };
  key(code.length, { type: 'keyDown', text: '\r', unmodifiedText: '\r', ...enter });
  key(code.length, { type: 'keyUp', ...enter });
  await Promise.all(sent);
}
export const by = (page, id) => page.locator(`[data-testid="${id}"]`);

export async function signIn(page, url, badge = 'B-1001', pin = '1234') {
  await page.goto(url);
  await by(page, 'badge').fill(badge);
  await by(page, 'badge-next').click();
  for (const d of pin) await by(page, 'pin-' + d).click();
  await by(page, 'sign-in').click();
  await by(page, 'list').waitFor();
}
export const openOrder = (page, id) => page.locator(`[data-testid="order-row"][data-order="${id}"]`).click();
/** Waits until every operation of this handheld has been answered by the box. */
export const settled = (page) => page.waitForFunction(() => !document.querySelector('[data-testid="chip"][data-state="device"]'));
