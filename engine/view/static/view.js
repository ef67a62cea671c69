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

let asked = null;

async function refresh(address = location.href) {
  asked?.abort();
  const mine = (asked = new AbortController());
  try {
    const answer = await fetch(address, { signal: mine.signal, headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine.signal.aborted) return;
    if (!answer.ok) sayMore(fresh.getElementById("failure")?.textContent ?? "The viewer could not answer.");
    else replace(fresh);
  } catch (error) {
    if (error.name !== "AbortError") sayMore("The viewer does not answer; is it still running?");
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

function sayMore(text, act = null) {
  const more = byId("more");
  more.textContent = text;
  if (!act) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Show";
  button.addEventListener("click", () => {
    more.textContent = "";
    act();
  });
  more.append(" ", button);
}

// --- filters: a change shows at once, in place; the address is always that of what is shown

function filtersAddress(form) {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value.trim()) given.append(name, value);
  const asking = given.toString();
  return `${new URL(form.action).pathname}${asking ? `?${asking}` : ""}`;
}

let shown = location.pathname + location.search;

function applyFilters(form) {
  const address = filtersAddress(form);
  if (address === shown) return;
  history.pushState(null, "", address);
  shown = address;
  refresh();
}

/** Back to other filters; a step within the page, as the link over the bar takes, shows the same ones. */
function stepBack() {
  if (location.pathname + location.search !== shown) location.reload();
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

let seen = null;
let stream = null;
let told = 0;
let due = null;
const TELL_MILLISECONDS = 2000;

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
  const now = Number(byId("standing").dataset.conversations);
  const more = now - seen;
  const live = document.body.dataset.live;
  const words = more > 0 ? `${more.toLocaleString("en")} more ${more === 1 ? "conversation" : "conversations"} since this page was opened` : "";
  if (live === "auto") {
    sayMore(words);
    refresh();
  } else if (live === "ask" && more > 0) {
    sayMore(`${words}.`, () => {
      seen = now;
      refresh();
    });
  }
}

function listen() {
  if (stream || document.hidden) return;
  stream = new EventSource("/events");
  stream.addEventListener("standing", (event) => {
    const standing = JSON.parse(event.data);
    const before = byId("standing").dataset;
    const changed = Number(before.conversations) !== standing.conversations || before.complete !== String(standing.complete);
    showStanding(standing);
    if (changed && due === null) due = setTimeout(tell, Math.max(0, told + TELL_MILLISECONDS - Date.now()));
  });
}

function follow() {
  seen = Number(byId("standing").dataset.conversations);
  listen();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return listen();
    stream?.close();
    stream = null;
  });
  window.addEventListener("pagehide", () => stream?.close());
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
  const does = event.key === "Enter" && onMessage ? openStop : KEYS[event.key];
  if (!does) return;
  event.preventDefault();
  does();
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
follow();
