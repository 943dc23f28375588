// Asks for the list again every few seconds. Rows never move under the pointer or the keyboard:
// while either is on the list, a bar offers what is new instead.

const held = new WeakMap();

export function refresh(element) {
  const every = Number(element.dataset.every) * 1000;
  const timer = setInterval(() => {
    if (!element.isConnected) clearInterval(timer);
    else if (!document.hidden) element.dispatchEvent(new CustomEvent("tick"));
  }, every);
  if (element.dataset.many) element.addEventListener("htmx:beforeSwap", (event) => hold(element, event));
  else element.addEventListener("htmx:beforeSwap", (event) => keepOpen(element, event));
}

function hold(element, event) {
  // 204: nothing is new, and what is offered already stays.
  if (event.detail.target !== element || event.detail.xhr.status === 204) return;
  const fresh = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  const next = fresh.getElementById(element.id);
  const [was, is] = [order(element), order(next)];
  const busy = element.matches(":hover") || element.contains(document.activeElement)
    || element.querySelector("input:checked") !== null;
  if (!busy) return;
  event.detail.shouldSwap = false;
  renew(element, next);
  const late = newcomers(element, next, "[data-overdue]");
  if (late.length || was.join() !== is.join()) {
    const fresh = newcomers(element, next, "[data-row]");
    offer(element, event.detail.serverResponse, { late: late.length, fresh: fresh.length });
  }
}

// What changes without moving anything: clocks, counts, names.
function renew(element, next) {
  for (const piece of next?.querySelectorAll("[data-live]") ?? []) {
    const here = element.querySelector(`[data-live="${piece.dataset.live}"]`);
    if (here && here.innerHTML !== piece.innerHTML) here.innerHTML = piece.innerHTML;
  }
}

function newcomers(element, next, which) {
  const before = new Set([...element.querySelectorAll(which)].map((row) => row.dataset.row));
  return [...(next?.querySelectorAll(which) ?? [])].filter((row) => !before.has(row.dataset.row));
}

function order(list) {
  return [...(list?.querySelectorAll("[data-row]") ?? [])].map((row) => row.dataset.row);
}

function offer(element, html, { late, fresh }) {
  held.set(element, html);
  let bar = element.querySelector(".news-bar");
  if (!bar) {
    bar = document.createElement("p");
    bar.className = "news-bar";
    bar.setAttribute("role", "status");
    bar.append(document.createElement("button"));
    bar.firstChild.type = "button";
    bar.firstChild.addEventListener("click", () => {
      window.htmx.swap(element, held.get(element), { swapStyle: "outerHTML" });
    });
    element.prepend(bar);
  }
  const said = { 0: element.dataset.changed, 1: element.dataset.one };
  bar.firstChild.textContent = late && element.dataset.late
    ? element.dataset.late.replace("{n}", late)
    : said[fresh] ?? element.dataset.many.replace("{n}", fresh);
}

// The clocks: an open explanation is not closed under the reader.
function keepOpen(element, event) {
  if (element.querySelector("details[open]")) event.detail.shouldSwap = false;
}
