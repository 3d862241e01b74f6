// The page asks the API every two seconds, and draws what changed. Everything from outside is set as text.
const words = {
  waiting: "Waits for stock", assigned: "Sent to the site", new: "At the site", ready: "Accepted", picking: "Being picked",
  picked: "Picked", packing: "Being packed", packed: "Packed", awaiting_carrier: "Waits for the carrier", shipped: "Shipped",
  shipped_with_exceptions: "Shipped, not all of it", not_served: "Not served", incoming: "On its way to the site", arrived: "At the site, not on the shelf yet",
  staged: "On the shelf", ready_to_collect: "Ready to collect", handed_over: "Collected", handed_over_with_exceptions: "Collected, not all of it",
  put_back: "Being put back", came_back: "Came back", awaits_choice: "The customer has to choose", cancelled: "Cancelled",
};
const flows = { ship: "", pickup: "to be collected", transfer: "to another site" };
const parts = { ...words, sent: "sent to the site", accepted: "accepted", put_back_due: "to be put back", declined: "declined", short: "short", waiting: "waiting", cancelled: "cancelled", ready: "ready to collect", in_transit: "on its way", received: "received", undelivered: "came back", returned: "brought back" };
const $ = (id) => document.getElementById(id);
const main = document.querySelector("main");
let token = sessionStorage.getItem("picket-token") || "";
let asked = null, shown = 50, open = "", heard = 0, busy = false;

function make(tag, cls, text, ...kids) {
  const e = document.createElement(tag);
  if (cls) e.className = cls;
  if (text !== undefined && text !== null) e.textContent = text;
  e.append(...kids);
  return e;
}

async function get(path) {
  const r = await fetch(path, { headers: token ? { Authorization: "Bearer " + token } : {}, signal: AbortSignal.timeout(10000) });
  if (r.status === 401) throw Object.assign(new Error("token"), { ask: true });
  if (!r.ok) throw new Error((await r.json().catch(() => ({}))).detail || r.statusText);
  return r.json();
}

function span(ms) {
  const m = Math.round(Math.abs(ms) / 60000);
  if (m < 1) return "less than a minute";
  if (m < 60) return m + " min";
  if (m < 6 * 60) return Math.floor(m / 60) + " h" + (m % 60 ? " " + (m % 60) + " min" : "");
  if (m < 48 * 60) return Math.round(m / 60) + " h";
  return Math.round(m / 1440) + " days";
}
const done = (o) => ["shipped", "shipped_with_exceptions", "handed_over", "handed_over_with_exceptions", "not_served", "cancelled"].includes(o.state);
function due(o) {
  if (done(o)) return "";
  const ms = new Date(o.due) - Date.now();
  return ms < 0 ? "due " + span(ms) + " ago" : "due in " + span(ms);
}
const clock = (t) => new Date(t).toLocaleString([], { dateStyle: "short", timeStyle: "short" });

function bar(o) {
  const sum = (names) => names.reduce((n, k) => n + (o.done[k] || 0), 0);
  const b = make("div", "bar");
  for (const [cls, n] of [["gone", sum(["shipped", "handed_over", "in_transit", "received"])], ["work", sum(["picked", "packed", "awaiting_carrier"])], ["lost", sum(["short", "declined", "cancelled"])]]) {
    if (!n) continue;
    const i = make("i", cls);
    i.style.flexBasis = (100 * n) / o.qty + "%"; // set by script, so no inline style is in the page
    b.append(i);
  }
  return b;
}

function share(o) {
  const out = [];
  for (const [name, keys] of [["shipped", ["shipped"]], ["in hand", ["picked", "packed", "awaiting_carrier"]], ["short", ["short"]], ["declined", ["declined"]]]) {
    const n = keys.reduce((a, k) => a + (o.done[k] || 0), 0);
    if (n) out.push(n + " " + name);
  }
  return (out.length ? out.join(", ") + " of " : "") + o.qty + (o.qty === 1 ? " unit" : " units");
}

function row(o) {
  const no = make("span", "no", o.number + " ");
  no.append(make("small", "", [o.channel, o.service === "express" ? "express" : "", flows[o.flow]].filter(Boolean).join(" · ")));
  const lost = o.done.short || o.done.declined;
  const state = make("span", "state" + (["waiting", "awaits_choice"].includes(o.state) ? " wait" : lost ? " short" : ""), (words[o.state] || o.state) + (o.site ? " · " + o.site : ""));
  state.title = o.why;
  const when = make("span", "due" + (due(o).endsWith("ago") ? " over" : ""), due(o));
  const b = make("button", "row", null, no, when, state, make("span", "share", share(o)), bar(o));
  b.type = "button";
  b.addEventListener("click", () => show(o.id));
  return make("li", "", null, b);
}

let quarantine = {};

function site(s) {
  const h = s.health;
  const li = make("li", h.connected ? "" : "off", null, make("b", "", s.name));
  const age = h.last_heard ? "heard " + span(Date.now() - new Date(h.last_heard)) + " ago" : "never heard";
  li.append(make("p", "line", h.connected ? "connected" : "not connected, " + age));
  const bits = [];
  if (h.unsent) bits.push(h.unsent + " on the way to it");
  if (h.lag) bits.push(h.lag + " being read");
  li.append(make("p", "", bits.join(" · ") || "nothing on the way"));
  if (h.promising) li.append(make("p", "wait", h.promising));
  if (quarantine[s.id]) li.append(make("p", "alarm", "In quarantine since the centre was restored. " + quarantine[s.id]));
  for (const a of h.alarms) li.append(make("p", "alarm", a.words));
  return li;
}

// What a notice asks of a person; the rest is good to know.
const todo = {
  "centre.restored": "Orders from before then wait by themselves. A site that will not come back can be lifted out: POST /api/sites/{id}/lift.",
  "site.apart": "Was the centre put back? Stop it, say `picket-oms restored`, and start it. Else take the site's certificate back (picket-oms site revoke), give it another, and let it in: POST /api/sites/{id}/lift.",
  "box.named": "Nothing: what the box holds is taken over when it is on the line, or brought by hand.",
  "salvage.imported": "Nothing: they count. Look at orders both boxes worked on.",
  "fact.by_disabled_user": "Look at what was done, with who leads the site.",
  "clock.skew": "Have the box's clock set, and its time service looked at.",
  "allotment.broken": "Nothing, if little was promised of it; else find units elsewhere, or tell the customers.",
  "allotment.wanted": "Say yes with a smaller number, or no with a note: PUT /api/sites/{id}/allotments.",
  "atp.oversold": "Find the units elsewhere, or tell the customers.",
  "order.double_fulfilled": "Stop a parcel, or ask for it back.",
  "site.gap": "Nothing: what stands there was told anew. How it came about is lost.",
  "site.lifted": "Look at what the site held: it may be delivered twice.",
  "log.forked": "Ask the site why its box was put back. It asks its handhelds by itself.",
  "backup.failed": "Make room, or see to the disk; put a damaged copy away. Until one can be made, sites and handhelds keep what they told.",
};
let allNotices = false, ticking = null;
const local = (words) => words.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, clock);

function notices(all) {
  const open = all.filter((n) => !n.done).toReversed(), ticked = all.filter((n) => n.done).sort((a, b) => (a.done.at < b.done.at ? 1 : -1));
  const few = allNotices ? open : open.slice(0, 5);
  $("told").hidden = !all.length;
  $("told-h").textContent = open.length ? "What needs you (" + open.length + ")" : "Nothing needs you";
  redraw($("notices"), few.map((n) => ({ key: n.no + n.at, make: () => notice(n) })));
  $("earlier").hidden = open.length <= 5;
  $("earlier").textContent = allNotices ? "Only the newest" : "All " + open.length;
  $("seen").hidden = !ticked.length;
  $("seen-h").textContent = "Ticked off (" + ticked.length + ")";
  redraw($("ticked"), ticked.slice(0, 50).map((n) => ({ key: n.no + n.done.at, make: () => notice(n) })));
}

// redraw leaves alone what is there already, so that nothing moves under a finger or loses the keyboard.
function redraw(ul, want) {
  const had = new Map([...ul.children].map((li) => [li.dataset.key, li]));
  want.forEach(({ key, make }, i) => {
    const li = had.get(String(key)) || make();
    li.dataset.key = key;
    had.delete(String(key));
    if (ul.children[i] !== li) ul.insertBefore(li, ul.children[i] || null);
  });
  had.forEach((li) => li.remove());
}

function notice(n) {
  const li = make("li", n.done ? "done" : "", null, make("span", "small", [clock(n.at), n.site].filter(Boolean).join(" · ")), make("p", "", local(n.words)));
  if (todo[n.what] && !n.done) li.append(make("p", "small", todo[n.what]));
  for (const t of n.was || []) li.append(make("p", "small", (t.open ? "Opened again by " : "Was ticked off by ") + t.by + ", " + clock(t.at) + (t.note ? ": " + t.note : ".")));
  if (n.done) li.append(make("p", "small by", "✓ " + n.done.by + ", " + clock(n.done.at) + (n.done.note ? ": " + n.done.note : ".")));
  const b = make("button", "", n.done ? "Open again" : "Tick off");
  b.type = "button";
  b.addEventListener("click", () => {
    ticking = n;
    $("tick-h").textContent = n.done ? "Open it again" : "Tick it off";
    $("tick-words").textContent = local(n.words);
    document.querySelector('label[for="tick-note"]').textContent = n.done ? "Why" : "What was done about it";
    $("tick-by").value = sessionStorage.getItem("picket-name") || "";
    $("tick-note").value = "";
    $("tick-said").hidden = true;
    $("tick-go").textContent = n.done ? "Open again" : "Tick off";
    $("tick").showModal();
    $($("tick-by").value ? "tick-note" : "tick-by").focus();
  });
  li.append(b);
  return li;
}

async function send(path, body) {
  const r = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", ...(token ? { Authorization: "Bearer " + token } : {}) }, body: JSON.stringify(body), signal: AbortSignal.timeout(10000) });
  const got = await r.json().catch(() => ({}));
  if (!r.ok) throw Object.assign(new Error(got.detail || r.statusText), { ask: r.status === 401 });
  return got;
}

$("tick-form").addEventListener("submit", async (e) => {
  e.preventDefault();
  const n = ticking, by = $("tick-by").value.trim(), note = $("tick-note").value.trim();
  if (!n || !by) return;
  sessionStorage.setItem("picket-name", by);
  $("tick-go").disabled = true;
  try {
    await send("/api/notices/" + n.no + (n.done ? "/open" : "/done"), { by, seen: n.at, ...(note ? { note } : {}) });
    $("tick").close();
    await tick();
  } catch (e) {
    if (e.ask) { $("tick").close(); late(e); return; }
    $("tick-said").hidden = false;
    $("tick-said").textContent = e.name === "TimeoutError" || e instanceof TypeError ? "The centre does not answer. Nothing is known to be done: try again." : e.message;
  } finally { $("tick-go").disabled = false; }
});

let looked = "";
async function levels() {
  if (!looked) return;
  const got = await get("/api/stock?sku=" + encodeURIComponent(looked));
  $("look-said").hidden = got.stock.length > 0;
  $("look-said").textContent = "No site has any of " + looked + ", or no item is called that.";
  $("levels").replaceChildren(...got.stock.map((l) => {
    const li = make("li", "", null, make("b", "", l.promise.atp + " of " + l.on_hand + " at " + l.site));
    const age = l.as_of.age_s === undefined ? "never heard" : l.as_of.age_s < 60 ? "heard a moment ago" : "heard " + span(l.as_of.age_s * 1000) + " ago";
    li.append(make("p", "small", [l.name, l.reserved ? l.reserved + " for orders" : "", l.promise.allotted ? l.promise.allotted + " kept there for us" : "", age].filter(Boolean).join(" · ")));
    if (l.promise.why) li.append(make("p", "wait", l.promise.why));
    return li;
  }));
}
$("look").addEventListener("submit", (e) => { e.preventDefault(); looked = $("sku").value.trim(); $("levels").replaceChildren(); $("look-said").hidden = true; levels().catch(late); });
$("sku").addEventListener("focus", async () => {
  if ($("skus").children.length) return;
  try { $("skus").replaceChildren(...(await get("/api/items?limit=1000")).items.map((i) => Object.assign(make("option", "", i.name), { value: i.sku }))); } catch { /* it can be typed */ }
});

function list(title, items) {
  return items.length ? [make("h3", "", title), make("ul", "", null, ...items)] : [];
}

function detail(o) {
  $("one-h").textContent = o.number + " · " + (words[o.state] || o.state);
  const address = o.flow === "pickup" && !o.ship_to ? "be collected at " + (o.forced || o.site) + (o.contact ? " by " + o.contact.name : "") : o.ship_to ? [o.ship_to.name, ...o.ship_to.street, o.ship_to.postcode + " " + o.ship_to.city, o.ship_to.country].join(", ") : "address erased";
  const why = o.routing.reasons.map((r) => make("li", "", r.site + ": " + r.words + (r.verdict === "chosen" ? " (chosen)" : "")));
  const lines = o.lines.map((l) => {
    const li = make("li", "", l.qty + " × " + (l.name || l.sku));
    li.append(make("span", "small", l.parts.filter((p) => p.state !== "short" && p.state !== "declined").map((p) => p.qty + " " + (parts[p.state] || p.state).toLowerCase()).join(", ")));
    for (const s of l.shorts || []) li.append(make("span", "small lost", s.qty + " short: " + s.reason.replaceAll("_", " ")));
    if (l.moved) li.append(make("span", "small", l.moved + " went on to another site"));
    if (l.declined) li.append(make("span", "small lost", l.declined + " declined: " + (l.decline || "").replaceAll("_", " ")));
    return li;
  });
  const units = o.units.map((u) => make("li", "", "Parcel " + u.no + " · " + u.unit, make("span", "small", u.state + (u.labelled ? ", labelled" : "") + (u.carrier ? ", " + u.carrier : ""))));
  const told = o.timeline.toReversed().map((t) => make("li", "", t.words, make("span", "small", [clock(t.at), t.who, t.site, t.station].filter(Boolean).join(" · "))));
  $("one-body").replaceChildren(
    make("p", "small", "From " + o.channel + ", due " + clock(o.due) + ". To " + address + "."),
    make("p", "", o.words), ...(o.pickup_code ? [make("p", "small", "Pickup code for the customer: " + o.pickup_code)] : []), ...act(o),
    ...list("What sites were asked", (o.asks || []).toReversed().map((k) => make("li", "", k.words, make("span", "small", [clock(k.at), k.what, k.state].join(" · "))))),
    ...list("Lines", lines), ...list("Parcels", units), make("h3", "", "Why there"), make("p", "", o.routing.words), make("ul", "", null, ...why), ...list("What happened, the newest first", told));
}

// act is what can be done to an order here: cancelling it is asked for twice.
function act(o) {
  if (done(o)) return [];
  const b = make("button", "", "Cancel this order");
  b.type = "button";
  b.addEventListener("click", async () => {
    if (!b.dataset.sure) { b.dataset.sure = "1"; b.textContent = "Really cancel all of it?"; return; }
    b.disabled = true;
    try {
      const r = await fetch("/api/orders/" + encodeURIComponent(o.id) + "/cancel", { method: "POST", headers: { "Content-Type": "application/json", ...(token ? { Authorization: "Bearer " + token } : {}) }, body: "{}", signal: AbortSignal.timeout(10000) });
      const got = await r.json();
      if (r.ok) { detail(got); return; }
      b.textContent = got.detail || r.statusText;
    } catch (e) { late(e); b.disabled = false; }
  });
  asked = asked?.id === o.id && asked.b.isConnected ? asked : { id: o.id, b };
  return [asked.b];
}

async function show(id) {
  open = id;
  try {
    detail(await get("/api/orders/" + encodeURIComponent(id)));
    if (!$("one").open) $("one").showModal();
  } catch (e) { late(e); }
}

function late(e) {
  if (e.ask) { $("ask").hidden = false; main.hidden = true; $("age").textContent = "This centre asks for its token."; return; }
  $("age").className = "late";
  $("age").textContent = heard ? "The centre does not answer; this is from " + span(Date.now() - heard) + " ago." : "The centre does not answer yet.";
}

async function tick() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    const q = new URLSearchParams({ limit: String(Math.min(shown, 200)) });
    if ($("q").value) q.set("q", $("q").value.slice(0, 80));
    if ($("state").value) q.set("state", $("state").value);
    const [os, ss, re, ns] = await Promise.all([get("/api/orders?" + q), get("/api/sites"), get("/api/restore"), get("/api/notices")]);
    heard = Date.now();
    $("ask").hidden = true; main.hidden = false;
    $("age").className = ""; $("age").textContent = "up to date";
    $("restore").hidden = !re.words;
    $("restore").textContent = re.words + (re.waiting ? " " + re.waiting + (re.waiting === 1 ? " order waits." : " orders wait.") : "");
    notices(ns.notices);
    quarantine = Object.fromEntries(re.sites.map((s) => [s.site, s.words]));
    const total = Object.values(os.count).reduce((a, b) => a + b, 0);
    $("orders-h").textContent = total + (total === 1 ? " order" : " orders");
    options(os.count);
    const at = document.activeElement?.closest?.("#orders > li");
    const focus = at ? [...$("orders").children].indexOf(at) : -1;
    $("orders").replaceChildren(...os.orders.map(row));
    if (focus >= 0) $("orders").children[focus]?.firstChild.focus({ preventScroll: true });
    $("empty").hidden = os.orders.length > 0;
    $("empty").textContent = total ? "No order fits." : "No order came in yet. POST one to /api/orders.";
    $("more").hidden = !os.next || shown >= 200;
    $("sites").replaceChildren(...(ss.sites.length ? ss.sites.map(site) : [make("li", "", "No site is set up yet. PUT one to /api/sites.")]));
    await levels();
    if (open && $("one").open) detail(await get("/api/orders/" + encodeURIComponent(open)));
  } catch (e) { late(e); } finally { busy = false; }
}

function options(count) {
  const sel = $("state"), was = sel.value;
  const all = [["", "Any state"], ...Object.keys(words).filter((k) => count[k] || k === was).map((k) => [k, words[k] + " (" + (count[k] || 0) + ")"])];
  if (document.activeElement === sel) return; // nothing moves under a finger
  sel.replaceChildren(...all.map(([v, t]) => Object.assign(make("option", "", t), { value: v })));
  sel.value = was;
}

$("ask").addEventListener("submit", (e) => { e.preventDefault(); token = $("token").value; sessionStorage.setItem("picket-token", token); tick(); });
$("q").addEventListener("input", tick);
$("state").addEventListener("change", tick);
$("earlier").addEventListener("click", () => { allNotices = !allNotices; tick(); });
$("more").addEventListener("click", () => { shown += 50; tick(); });
$("one").addEventListener("close", () => { open = ""; });
document.addEventListener("visibilitychange", tick);
setInterval(tick, 2000);
tick();
