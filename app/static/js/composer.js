// The composer: says when the draft no longer fits, keeps what was typed, sends with Ctrl+Enter.

const KEPT = ["own_text", "text"];

export function composer(form) {
  const own = form.elements.own_text;

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(event.shiftKey ? "[data-role=next]" : "[data-role=send]"));
    }
  });
  form.addEventListener("input", (event) => {
    openMacros(form, event.target);
    markFacts(form);
  });

  restore(form);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("submit", () => keep(form, true));
  if (!own) return;

  const fits = () => {
    const pane = form.querySelector(".pane-theirs");
    if (pane.dataset.drafted === undefined) return;
    const stale = pane.querySelector("[data-role=stale]");
    const changed = own.value.trim() !== pane.dataset.drafted.trim();
    if (changed && stale.hidden) say(form, stale);
    stale.hidden = !changed;
    pane.classList.toggle("is-stale", changed);
  };
  fits();
  own.addEventListener("input", fits);
  form.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "pane-theirs") return;
    keep(form);
    say(form, event.target.querySelector(".pane-foot"));
    fits();
  });
}

// Read out, in a place that stays when the draft beside it is exchanged.
function say(form, element) {
  const words = element.innerText.replace(/\s+/g, " ").trim();
  const said = form.querySelector("[data-role=said]");
  if (said.textContent !== words) said.textContent = words;
}

// The last seconds, which the desk may not have yet. Kept for this tab only, until it is sent.
function keep(form, sent = false) {
  const texts = Object.fromEntries(
    KEPT.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]),
  );
  try {
    if (sent) sessionStorage.removeItem(form.dataset.keep);
    else sessionStorage.setItem(form.dataset.keep, JSON.stringify(texts));
  } catch { /* a full or forbidden store: the text stands on the page */ }
}

function restore(form) {
  let texts;
  try {
    texts = JSON.parse(sessionStorage.getItem(form.dataset.keep) || "{}");
  } catch {
    return;
  }
  for (const name of KEPT) {
    const field = form.elements[name];
    if (field && !field.value && texts[name] && !field.ariaBusy) field.value = texts[name];
  }
}

// "::" opens the macros, without leaving the text.
function openMacros(form, field) {
  const at = field.selectionStart;
  if (!field.matches("textarea") || field.value.slice(at - 2, at) !== "::") return;
  const menu = form.querySelector("details.macros");
  if (!menu) return;
  field.setRangeText("", at - 2, at, "end");
  menu.open = true;
  menu.querySelector("input, a")?.focus();
}

// Order numbers, amounts and dates of the own words: do they stand in what is sent?
function markFacts(form) {
  const text = form.elements.text.value;
  for (const fact of form.querySelectorAll("[data-fact]")) {
    const there = text.includes(fact.dataset.fact);
    fact.classList.toggle("fact-there", there);
    fact.querySelector("[data-role=sign]").textContent = there ? "✓" : "✗";
    fact.querySelector(".unseen").textContent = there ? fact.dataset.there : fact.dataset.missing;
  }
}

export function grow(field) {
  if (CSS.supports("field-sizing", "content")) return;
  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  field.addEventListener("input", fit);
}

// A macro's link leads to the page with its words in the fields. Here they join what was typed.
export function macro(link) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const form = link.closest("form");
    const answer = await fetch(link.href).catch(() => null);
    if (!answer) return; // no network: what was typed stays
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.getElementById("text")) return location.assign(link.href); // logged out meanwhile
    for (const name of KEPT) join(form.elements[name], page.getElementById(name)?.value);
    form.elements.macro_id.value = page.querySelector("[name=macro_id]").value;
    link.closest("details").open = false;
    showBlank(form);
  });
}

function join(field, words) {
  if (!field || !words) return;
  const typed = field.value.trimEnd();
  field.value = typed ? `${typed}\n\n${words}` : words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// Puts the cursor on the first slot that is still to be filled in.
function showBlank(form) {
  const field = form.elements.text.value ? form.elements.text : form.elements.own_text;
  const blank = /\{\p{L}[^{}\n]*\}/u.exec(field.value);
  field.focus();
  if (blank) field.setSelectionRange(blank.index, blank.index + blank[0].length);
}
