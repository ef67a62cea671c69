// Keys, live counts and filters in place. Every page works without this module; what a page holds is always
// what the server rendered, and a change of it is the same page asked for again.

const page = document.body.dataset.page;
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const NARROW = matchMedia("(max-width: 56rem)");

// --- the theme: the system's, or one that was chosen

const THEMES = ["system", "light", "dark"];

function themeNow() {
  try {
    const kept = localStorage.getItem("interplay-theme");
    return THEMES.includes(kept) ? kept : "system";
  } catch {
    return "system"; // storage is forbidden: the system's theme it is, until the page is left
  }
}

function showTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  byId("theme").setAttribute("aria-label", `Theme: ${theme}`);
  byId("theme").title = `Theme: ${theme} (t)`;
  byId("theme").dataset.chosen = theme;
}

function nextTheme() {
  const theme = THEMES[(THEMES.indexOf(byId("theme").dataset.chosen) + 1) % THEMES.length];
  showTheme(theme);
  try {
    localStorage.setItem("interplay-theme", theme);
  } catch {
    // not remembered, as storage is forbidden
  }
}

// --- the page asked for again, and put in place of what has changed

const place = () => location.pathname + location.search;
let shown = place();
let wanted = shown;
let asked = null;

async function fetched(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
  return { ok: answer.ok, fresh: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

/** Show what is at `wanted`; the address becomes that of what is shown when it is shown, and not before. */
async function refresh() {
  asked?.abort();
  const mine = (asked = new AbortController());
  try {
    const { ok, fresh } = await fetched(wanted, mine.signal);
    if (mine.signal.aborted) return;
    if (!ok && wanted !== shown) return location.assign(wanted); // the page that says why
    if (!ok) return say(fresh.getElementById("failure")?.textContent ?? "The viewer could not answer.");
    if (wanted !== shown) {
      history.pushState(null, "", wanted);
      shown = wanted;
      unsay();
    }
    replace(fresh);
  } catch (error) {
    if (error.name === "AbortError") return;
    stopped();
    if (wanted === shown) return;
    wanted = shown; // the list is still that of the filters before: so are the controls
    byId("filters").reset();
  }
}

function replace(fresh) {
  const { scrollX, scrollY } = window;
  const focused = document.activeElement;
  const key = focused?.dataset?.key;
  for (const old of all("[data-fresh]")) {
    const now = fresh.getElementById(old.id);
    if (now && now.outerHTML !== old.outerHTML) old.replaceWith(document.adoptNode(now));
  }
  for (const select of all("#filters select")) {
    const now = fresh.getElementById(select.id);
    if (!now || now.innerHTML === select.innerHTML) continue;
    const value = now.value;
    select.replaceChildren(...[...now.options].map((option) => document.adoptNode(option)));
    select.value = value;
    select.className = now.className;
  }
  const text = byId("filter-text");
  if (text) text.defaultValue = fresh.getElementById("filter-text").defaultValue;
  for (const way of all("[data-way]")) {
    const now = fresh.querySelector(`[data-way="${way.dataset.way}"]`);
    if (now) way.href = now.getAttribute("href");
  }
  if (!document.contains(focused)) {
    const again = key && all("[data-key]").find((each) => each.dataset.key === key);
    again?.focus({ preventScroll: true });
  }
  window.scrollTo(scrollX, scrollY);
}

// --- the notice at the bottom: something to know, and perhaps to do; it can be put away

let does = null;

function say(text, act = null) {
  const notice = byId("more");
  does = act;
  if (byId("more-text").textContent !== text) byId("more-text").textContent = text;
  notice.dataset.shown = "";
  byId("more-act").hidden = !act;
}

function unsay() {
  delete byId("more").dataset.shown;
  byId("more-text").textContent = "";
  does = null;
}

function holdNotice() {
  byId("more-act").addEventListener("click", () => {
    const act = does;
    unsay();
    act?.();
  });
  byId("more-close").addEventListener("click", () => {
    if (does) quiet = true;
    unsay();
  });
}

// --- filters: a change shows at once, in place; the address is always that of what is shown

function filtersAddress(form) {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) given.append(name, value);
  const asking = given.toString();
  return `${new URL(form.action).pathname}${asking ? `?${asking}` : ""}`;
}

function applyFilters(form) {
  const address = filtersAddress(form);
  if (address === wanted) return;
  wanted = address;
  refresh();
}

/** Back to other filters; a step within the page, as the link over the bar takes, shows the same ones. */
function stepBack() {
  if (place() !== shown) location.reload();
}

function holdFilters(form) {
  form.addEventListener("change", (event) => event.target.matches("select") && applyFilters(form));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    applyFilters(form);
  });
  window.addEventListener("popstate", stepBack);
}

// --- live: a stream of counts while this page is looked at; a hidden page holds no connection

let stream = null;
let retry = null;
let gone = false;
let quiet = false;
let told = 0;
let due = null;
const TELL_MILLISECONDS = 2000;
const AGAIN_MILLISECONDS = 3000;

function showStanding(standing) {
  const { conversations, share, complete, trouble } = standing;
  const holder = byId("standing");
  holder.dataset.conversations = conversations;
  holder.dataset.complete = complete;
  byId("count").textContent = `${conversations.toLocaleString("en")} ${conversations === 1 ? "conversation" : "conversations"}`;
  const percent = Math.floor(share * 100);
  byId("progress").value = percent;
  byId("progress-text").textContent = `${percent} % read`;
  byId("progress").hidden = byId("progress-text").hidden = complete;
  byId("trouble").hidden = !trouble;
  byId("trouble").textContent = trouble ? `Nothing more is read: ${trouble}` : "";
}

function tell() {
  due = null;
  told = Date.now();
  if (document.body.dataset.live === "auto") refresh();
  else if (document.body.dataset.live === "ask" && !quiet) tellMore();
}

/** How many more conversations fit the filters than the page shows: the list under the same filters knows. */
async function tellMore() {
  try {
    const { ok, fresh } = await fetched(document.querySelector("[data-way='conversations']").href);
    const total = (where) => Number(where.getElementById("total").dataset.total);
    const more = ok ? total(fresh) - total(document) : 0;
    if (more > 0 && !quiet) say(`${more.toLocaleString("en")} more ${more === 1 ? "conversation fits" : "conversations fit"}.`, refresh);
  } catch {
    stopped();
  }
}

function stopped() {
  gone = true;
  say(`The viewer has stopped; start it again with: ${document.body.dataset.command} --port ${location.port || 80}`);
}

function started() {
  if (!gone) return;
  gone = false;
  unsay();
  if (document.body.dataset.live === "auto") refresh();
}

function listen() {
  if (stream || document.hidden) return;
  clearTimeout(retry);
  stream = new EventSource("/events");
  stream.addEventListener("open", started);
  stream.addEventListener("error", () => {
    if (stream === null) return; // this page is being left
    if (!gone) stopped();
    deafen();
    retry = setTimeout(listen, AGAIN_MILLISECONDS);
  });
  stream.addEventListener("standing", (event) => {
    const standing = JSON.parse(event.data);
    const before = byId("standing").dataset;
    const changed = Number(before.conversations) !== standing.conversations || before.complete !== String(standing.complete);
    showStanding(standing);
    if (changed && due === null) due = setTimeout(tell, Math.max(0, told + TELL_MILLISECONDS - Date.now()));
  });
}

function deafen() {
  clearTimeout(retry);
  stream?.close();
  stream = null;
}

function follow() {
  listen();
  document.addEventListener("visibilitychange", () => (document.hidden ? deafen() : listen()));
  window.addEventListener("pagehide", deafen);
  window.addEventListener("pageshow", (event) => event.persisted && listen());
}

// --- keys

const MESSAGES = "article.moment";
const MARKS = ".marks > .mark, .diff tbody.bad";

/** Rows of a list hold a link; messages can be focused themselves. */
const stops = () => (page === "conversation" ? all(MESSAGES) : all("[data-row] a.open"));

function go(target) {
  if (!target) return;
  for (let fold = target.closest("details:not([open])"); fold; fold = fold.parentElement?.closest("details:not([open])"))
    fold.open = true;
  if (!target.matches("a, button, summary")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: target.matches(MARKS) ? "center" : target.matches(MESSAGES) ? "start" : "nearest" });
}

function step(by) {
  const there = stops();
  const at = there.findIndex((each) => each === document.activeElement || each.contains(document.activeElement));
  if (at < 0) return go(by > 0 ? (there.find((each) => each.getBoundingClientRect().bottom > 80) ?? there[0]) : there.at(-1));
  go(there[at + by]);
}

function nextMark() {
  const marks = all(MARKS);
  const here = document.activeElement;
  const after = marks.find((each) => here.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING && !here.contains(each));
  const inside = here.matches?.(MESSAGES) ? marks.find((each) => here.contains(each)) : null;
  go(inside ?? after ?? marks[0]);
}

function foldAll(selector) {
  const folds = all(selector);
  const open = folds.some((each) => !each.open);
  for (const each of folds) each.open = open;
}

const press = (id) => byId(id)?.click();

function openStop() {
  const here = document.activeElement;
  if (page !== "conversation") return here?.closest?.("[data-row]")?.querySelector("a.open")?.click();
  foldInside(here);
}

function foldInside(here) {
  const folds = here?.querySelectorAll ? [...here.querySelectorAll("details")] : [];
  const open = folds.some((each) => !each.open);
  for (const each of folds) each.open = open;
}

function search() {
  const box = byId("filter-text");
  if (!box) return location.assign("/conversations");
  byId("filters-fold").open = true;
  box.focus();
  box.select();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  o: openStop,
  u: () => press("back"),
  n: () => press("next"),
  p: () => press("previous"),
  x: () => foldAll("details.call"),
  d: () => foldAll("details.drafts"),
  v: nextMark,
  t: nextTheme,
  "/": search,
  "?": () => byId("keys").showModal(),
};

function typing(target) {
  return target.matches?.("input, select, textarea, [contenteditable]") ?? false;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || byId("keys").open) return;
  if (event.key === "Escape") {
    if (typing(event.target)) event.target.blur();
    else press("back");
    return;
  }
  if (typing(event.target)) return;
  const onMessage = event.target.matches?.(MESSAGES) ?? false;
  const bound = event.key === "Enter" && onMessage ? openStop : KEYS[event.key];
  if (!bound) return;
  event.preventDefault();
  bound();
}

// --- begin

showTheme(themeNow());
document.addEventListener("keydown", onKey);
byId("theme").addEventListener("click", nextTheme);
byId("help").addEventListener("click", () => byId("keys").showModal());
byId("fold")?.addEventListener("click", () => foldAll("details.call"));
const form = byId("filters");
if (form) holdFilters(form);
if (NARROW.matches) byId("aside-fold")?.removeAttribute("open");
document.documentElement.dataset.scripted = "";
holdNotice();
follow();
