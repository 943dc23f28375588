// Single keys: what carries data-key is pressed, if it can be seen. Never while somebody types, and
// not at all where somebody turned them off. j, k, x and Enter move through a list.
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const OFF = "keys-off";

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) return;
  if (event.ctrlKey || event.metaKey || event.repeat || isOff()) return;
  const press = DEEDS[event.key] ?? DEEDS[event.key.toLowerCase()];
  if (press ? press() : pressMarked(event.key)) event.preventDefault();
});

const DEEDS = {
  "?": () => show("keys"),
  j: () => step(1),
  k: () => step(-1),
  x: () => tick(),
  u: () => back(),
  t: () => turnText(),
};

function pressMarked(key) {
  const meant = [...document.querySelectorAll("[data-key]")].find((element) =>
    element.dataset.key === key.toLowerCase()
    && (element.checkVisibility() || element.hasAttribute("data-key-hidden")));
  if (!meant) return false;
  const field = meant.matches("input") ? meant : fieldOf(meant);
  if (!meant.matches("input")) {
    meant.focus();
    meant.click();
  }
  field?.focus();
  return true;
}

// Reply and note lead into their text, a menu to its first choice.
function fieldOf(element) {
  const panel = { "tab-reply": "#own_text, #text", "tab-note": "#note", "tab-across": "#note" }[element.htmlFor];
  if (panel) return document.querySelector(panel);
  return element.closest("details.macros")?.querySelector("a");
}

function show(id) {
  const dialog = document.getElementById(id);
  dialog?.showModal();
  return Boolean(dialog);
}

// --- lists ----------------------------------------------------------------------------------

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

// On a list to the next row; on a ticket to the next one of the list that it was opened from.
function step(by) {
  const list = rows();
  if (!list.length) return otherTicket(by);
  const at = list.findIndex((row) => row.contains(document.activeElement));
  const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
  next?.querySelector("a")?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return true;
}

function otherTicket(by) {
  const kept = read("list");
  const at = kept?.rows.indexOf(location.pathname) ?? -1;
  const next = at < 0 ? undefined : kept.rows[at + by];
  if (next) location.assign(next);
  return at >= 0;
}

function tick() {
  const box = document.activeElement?.closest("[data-row]")?.querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

function back() {
  if (!document.body.classList.contains("page-ticket")) return false;
  location.assign(read("list")?.address ?? "/");
  return true;
}

if (rows().length) {
  const addresses = rows().map((row) => row.querySelector("a")?.getAttribute("href"));
  write("list", { address: location.pathname + location.search, rows: addresses });
}

// --- the thread -----------------------------------------------------------------------------

// Original or translation, of the message under the focus or else of the newest.
function turnText() {
  const near = document.activeElement?.closest(".turn")?.querySelector(".switch");
  const all = document.querySelectorAll(".switch");
  const choice = near ?? all[all.length - 1];
  if (!choice) return false;
  const [translation, original] = ["translation", "original"].map(
    (value) => choice.querySelector(`[value=${value}]`),
  );
  (translation.checked ? original : translation).click();
  return true;
}

// --- on and off -----------------------------------------------------------------------------

function isOff() {
  if (document.documentElement.dataset.keys === "off") return true;
  try { return localStorage.getItem(OFF) === "yes"; } catch { return false; }
}

export function keys(dialog) {
  const box = dialog.querySelector("[data-role=keys-off]");
  box.checked = isOff();
  box.addEventListener("change", () => {
    try { localStorage.setItem(OFF, box.checked ? "yes" : "no"); } catch { /* for this page only */ }
  });
}

function read(name) {
  try { return JSON.parse(sessionStorage.getItem(name)); } catch { return null; }
}

function write(name, value) {
  try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* then j and k stay here */ }
}
