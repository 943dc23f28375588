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
  if (event.detail.target !== element) return;
  const fresh = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  const next = fresh.getElementById(element.id);
  const [was, is] = [order(element), order(next)];
  const busy = element.matches(":hover") || element.contains(document.activeElement);
  if (!busy || was.join() === is.join()) {
    if (busy) event.detail.shouldSwap = false;
    return;
  }
  event.detail.shouldSwap = false;
  offer(element, event.detail.serverResponse, is.filter((row) => !was.includes(row)).length);
}

function order(list) {
  return [...(list?.querySelectorAll("[data-row]") ?? [])].map((row) => row.dataset.row);
}

function offer(element, html, count) {
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
  bar.firstChild.textContent = said[count] ?? element.dataset.many.replace("{n}", count);
}

// The clocks: an open explanation is not closed under the reader.
function keepOpen(element, event) {
  if (element.querySelector("details[open]")) event.detail.shouldSwap = false;
}
