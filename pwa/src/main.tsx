import { render } from 'preact';
import { App } from './app';
import { browserClock, Store } from './app/store';
import { openMemory } from './queue/db';
import { capsLock } from './scan/codes';
import { Line, listen, Once } from './scan/wedge';
import { Scans, ScansContext, StoreContext } from './ui/use';
import './styles/base.css';
import './styles/screens.css';

const root = document.getElementById('app')!;
const hidden = document.getElementById('scanner') as HTMLInputElement;

openMemory().then(async (opened) => {
  const ws = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/live`;
  const store = new Store(opened, browserClock, ws);
  const scans = new Scans();
  scans.otherwise = () => store.say('attention', { title: store.t.value('list.title'), words: store.t.value('list.scan'), hint: '' });
  // Scans wait for each other here: the screen may be drawing, and the last one may still be on its way to the disk.
  const caps = () => { store.feel.unlock(); store.say('wrong', { title: store.t.value('verdict.caps'), words: store.t.value('verdict.caps.line'), hint: store.t.value('verdict.caps.hint') }); };
  const line = new Line((code) => (capsLock(code) ? caps() : scans.take(code)));
  const once = new Once();
  listen(document, hidden, (code) => { store.feel.unlock(); void line.push(code); }, once, caps);
  store.onBench = (code) => { if (once.pass(code, 'bench', performance.now())) void line.push(code); };
  addEventListener('pointerdown', () => store.feel.unlock(), { once: true });
  const begun = store.start();
  render(<StoreContext.Provider value={store}><ScansContext.Provider value={scans}><App /></ScansContext.Provider></StoreContext.Provider>, root);
  await begun;
}).catch((e: unknown) => {
  const p = document.createElement('p');
  p.setAttribute('role', 'alert');
  p.className = 'fatal';
  p.textContent = 'This browser lets the app keep nothing, so no scan would be safe here. Leave private mode or free some space, then reload. / Dieser Browser lässt die App nichts speichern. Privaten Modus verlassen oder Platz schaffen, dann neu laden. (' + (e instanceof Error ? e.message : String(e)) + ')';
  root.replaceChildren(p);
});
