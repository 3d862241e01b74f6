"use strict";
// Keeps the page true: asks once a second, changes only what changed, and says when it cannot.
const $ = (id) => document.getElementById(id);

const text = (el, s) => { if (el.textContent !== s) el.textContent = s; };

function el(tag, attrs, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attrs)) e.setAttribute(k, v);
  e.append(...children);
  return e;
}

function card(l) {
  const li = el("li", { "data-seq": l.seq });
  if (l.torn) li.className = "torn";
  li.append(
    l.picture
      ? el("a", { href: l.picture }, el("img", { src: l.picture, alt: "Label " + l.seq, loading: "lazy" }))
      : el("p", { class: "nopic" }, "No picture here"),
    el("p", { class: "caption" }, l.caption),
    el("p", {}, el("a", { class: "zpl", href: l.zpl }, "as it was sent (ZPL)")),
  );
  return li;
}

let buttons = "";
function show(v) {
  text($("head"), v.head);
  text($("hint"), v.hint);
  text($("facts"), v.facts);
  $("state").className = v.good ? "good" : "bad";
  const now = JSON.stringify(v.buttons);
  if (buttons !== now) {
    buttons = now;
    // The focus stays on what undoes or repeats what was just done.
    const at = document.activeElement?.closest("form")?.id;
    for (const [id, main] of [["mend", true], ["trouble", false]]) {
      $(id).replaceChildren(...v.buttons.filter((b) => !!b.main === main).map((b) => {
        const e = el("button", { formaction: "do/" + b.do }, b.text);
        if (main) e.className = "main";
        return e;
      }));
    }
    if (at) ($("mend").querySelector("button") ?? $("trouble").querySelector("button"))?.focus({ preventScroll: true });
  }
  const tray = $("tray");
  const want = new Set(v.labels.map((l) => String(l.seq)));
  for (const li of [...tray.children]) if (!want.has(li.dataset.seq)) li.remove();
  const have = new Set([...tray.children].map((li) => li.dataset.seq));
  const fresh = v.labels.filter((l) => !have.has(String(l.seq)));
  tray.prepend(...fresh.map(card));
  $("none").hidden = v.labels.length > 0;
  $("older").hidden = v.older === 0;
  text($("older").firstElementChild, String(v.older));
}

let asking = false;
async function refresh() {
  if (asking) return;
  asking = true;
  try {
    const r = await fetch("state", { signal: AbortSignal.timeout(4000) });
    if (!r.ok) throw new Error(r.statusText);
    show(await r.json());
    $("lost").hidden = true;
  } catch {
    $("lost").hidden = false;
  } finally {
    asking = false;
  }
}

async function send(ev) {
  if (!ev.submitter) return;
  ev.preventDefault();
  try {
    await fetch(ev.submitter.getAttribute("formaction"), { method: "POST", redirect: "manual" });
  } catch {
    $("lost").hidden = false;
  }
  refresh();
}
for (const id of ["mend", "trouble"]) $(id).addEventListener("submit", send);

setInterval(() => { if (!document.hidden) refresh(); }, 1000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
