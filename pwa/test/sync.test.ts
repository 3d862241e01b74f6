// Every state of the line the box knows, as the box itself says it: the cases are written by edge/view's TestTheLineInWords.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import de from '../src/i18n/de.json';
import en from '../src/i18n/en.json';
import { makeWords } from '../src/i18n/words';
import { readSync, syncSays } from '../src/model/sync';

const states = JSON.parse(readFileSync('../edge/view/testdata/sync.json', 'utf8')) as Record<string, unknown>;
const time = () => '10:42';

test('what the box says is said in English and in German, and nothing else is', () => {
  for (const [name, raw] of Object.entries(states)) {
    const x = readSync(raw), english = syncSays(makeWords('en', en), x, time), german = syncSays(makeWords('de', de), x, time);
    assert.equal(x.said.length, x.says.length, name);
    assert.ok(x.says.length > 0, name);
    if (x.hands.length === 0) assert.deepEqual({ says: english.says.map((w) => w.replace(/(\d),(?=\d)/g, '$1')), todo: english.todo }, { says: x.says, todo: x.do }, name);
    for (const [what, all] of [['says', german.says], ['todo', german.todo]] as const) {
      assert.equal(all.length, what === 'says' ? x.says.length : x.do.length, name);
      for (const w of all) assert.ok(!x.says.includes(w) && !x.do.includes(w) && !/\b(the|is|are|this)\b|[{}]/.test(w.replace(/picket\.\S+/g, '')), `${name}: ${w}`);
    }
    const text = [...german.says, ...german.todo, ...english.says, ...english.todo].join(' ');
    if (x.cause) assert.ok(!text.includes(x.cause), `${name}: the operator's words are not a manager's`);
  }
});
test('an import or a recovery under way is no halt, and nobody is called', () => {
  for (const name of ['taking in', 'telling anew', 'recovering, and taking in']) {
    const { says, todo } = syncSays(makeWords('en', en), readSync(states[name]), time), text = [...says, ...todo].join(' ');
    assert.ok(text !== '' && !/Nothing moves/.test(text) && !/operator/.test(text.replace(/If one is lost for good, tell your operator/, '')), text);
  }
});
test('a certificate that was taken back, and a centre that is silent, are not a matter of the store’s internet', () => {
  for (const name of ['no certificate', 'a stranger', 'no answer', 'it went off']) assert.ok(!/internet/.test(syncSays(makeWords('en', en), readSync(states[name]), time).todo.join(' ')), name);
  assert.match(syncSays(makeWords('en', en), readSync(states['no line']), time).todo.join(' '), /internet/);
  assert.match(syncSays(makeWords('en', en), readSync(states['for days']), time).says.join(' '), /not heard for 3 days: whoever signs in needs the word of a colleague/);
});
test('a handheld is known by its person, not by its number', () => {
  const { says, todo } = syncSays(makeWords('en', en), readSync(states['recovering, and taking in']), time), text = [...says, ...todo].join(' ');
  assert.match(text, /2 handhelds may hold work the box does not have: Anna(, last heard 10:42)?; one nobody signed in at \(…fe2j\)\./);
  assert.doesNotMatch(text, /hh-|picket do/);
});
test('a box that knows more than this app is said in the box’s words, and one that knows less says nothing wrong', () => {
  const t = makeWords('de', de);
  assert.deepEqual(syncSays(t, readSync({ says: ['Something new.'], said: [{ code: 'something_new' }] }), time), { says: ['Something new.'], todo: [] });
  assert.deepEqual(syncSays(t, readSync({ state: 'cut_off', says: ['The line is down.'], do: ['Work on.'] }), time), { says: ['The line is down.'], todo: ['Work on.'] });
});
