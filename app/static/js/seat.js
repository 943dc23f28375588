// Tells the desk that this page is open, and hands in what stands in the composer: two seconds
// after a pause, at the latest every few seconds, and when the page goes. The answer brings the
// clocks, who else is here, and what is new. A text that cannot be handed in stays on the page.

const TEXTS = ["own_text", "text", "note"];
const PAUSE = 2000;

export function seat(element) {
  const state = { changed: false, typed: false, waits: 0, busy: false };
  const url = element.dataset.url;

  document.addEventListener("input", (event) => {
    if (!TEXTS.includes(event.target.id)) return;
    state.changed = state.typed = true;
    say("unkept");
    clearTimeout(state.waits);
    state.waits = setTimeout(() => tell(element, state), PAUSE);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "pane-theirs") state.changed = true;
  });
  setInterval(() => {
    if (!document.hidden || state.changed) tell(element, state);
  }, Number(element.dataset.every) * 1000);
  addEventListener("pagehide", () => {
    if (state.changed && !state.leaving) navigator.sendBeacon(url, handedIn(state));
  });
  // A message that is sent needs no keeping; a link waits until the text is safe.
  document.addEventListener("submit", () => { state.leaving = true; });
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-role=keep-mine]")) tell(element, state, { force: true });
    const link = event.target.closest("[data-role=news]");
    if (!link || !state.changed) return;
    event.preventDefault();
    tell(element, state).finally(() => location.assign(link.href));
  });
  tell(element, state);
}

async function tell(element, state, { force = false } = {}) {
  if (state.busy) return;
  state.busy = true;
  if (force) state.changed = true;
  const body = handedIn(state, force);
  const changed = state.changed;
  state.changed = state.typed = false;
  const answer = await fetch(element.dataset.url, {
    method: "POST", body, headers: { "HX-Request": "true" }, redirect: "error",
  }).catch(() => null);
  state.busy = false;
  if (answer?.ok) return show(element, await answer.text(), { state, changed, force });
  state.changed = changed;
  if (answer) await comeBack(element); else note(element, element.dataset.offline);
}

function handedIn(state, force = false) {
  const form = document.querySelector(".panel-reply");
  const body = new FormData();
  for (const name of ["csrf_token", "seen", "macro_id", "draft_id", "version"]) {
    body.append(name, form.elements[name]?.value ?? "");
  }
  for (const name of TEXTS) body.append(name, document.getElementById(name)?.value ?? "");
  if (state.changed) body.append("changed", "yes");
  if (state.typed) body.append("typing", "yes");
  if (force) body.append("force", "yes");
  return body;
}

function show(element, html, { state, changed, force }) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const version = page.querySelector("[data-role=version]")?.dataset.version;
  const form = document.querySelector(".panel-reply");
  if (version !== undefined) form.elements.version.value = version;
  const kept = !page.querySelector(".news-tab, .caution");
  if (!kept) state.changed = changed;
  else if (changed && !state.changed) say("said");
  const read = element.querySelector("details[open]") || element.contains(document.activeElement);
  if (read && !force) return; // an open explanation is not closed under the reader
  element.replaceChildren(...page.body.childNodes);
}

function say(what) {
  const line = document.querySelector("[data-role=kept]");
  if (line) line.textContent = line.dataset[what];
}

// The session is gone. When somebody logged in meanwhile, the page takes the new session's token.
async function comeBack(element) {
  const answer = await fetch(element.dataset.url.replace(/\/seat$/, "")).catch(() => null);
  const page = new DOMParser().parseFromString((await answer?.text()) ?? "", "text/html");
  const token = page.querySelector(".panel-reply [name=csrf_token]")?.value;
  if (!token) return note(element, element.dataset.lost, element.dataset.logIn);
  document.querySelectorAll("[name=csrf_token]").forEach((field) => { field.value = token; });
  element.querySelector(".seat-lost")?.remove();
}

function note(element, words, link) {
  if (element.querySelector(".seat-lost")?.dataset.words === words) return;
  element.querySelector(".seat-lost")?.remove();
  const line = document.createElement("p");
  line.className = "caution seat-lost";
  line.dataset.words = words;
  line.setAttribute("role", "alert");
  line.append(`${words} `);
  if (link) {
    const way = document.createElement("a");
    Object.assign(way, { href: element.dataset.logInUrl, target: "_blank", rel: "noopener" });
    way.textContent = link;
    line.append(way);
  }
  element.append(line);
}
