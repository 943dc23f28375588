// The composer: says when the draft no longer fits, keeps what was typed, sends with Ctrl+Enter.

const KEPT = ["own_text", "text"];

export function composer(form) {
  const own = form.elements.own_text;
  let drafted = own ? own.value : "";

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-role=send]"));
    }
  });
  form.querySelector("[data-role=hint]")?.removeAttribute("hidden");

  restore(form);
  form.addEventListener("input", () => keep(form));
  if (!own) return;

  own.addEventListener("input", () => {
    const stale = form.querySelector("[data-role=stale]");
    const theirs = form.querySelector(".pane-theirs");
    if (!stale || !form.elements.draft_id) return;
    const changed = own.value.trim() !== drafted.trim();
    stale.hidden = !changed;
    theirs.classList.toggle("is-stale", changed);
  });
  form.addEventListener("htmx:afterSwap", () => { drafted = own.value; keep(form); });
}

// Kept for this tab only, until the ticket has a newer message.
function keep(form) {
  const texts = Object.fromEntries(
    KEPT.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value]),
  );
  try {
    sessionStorage.setItem(form.dataset.keep, JSON.stringify(texts));
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

export function grow(field) {
  if (CSS.supports("field-sizing", "content")) return;
  const fit = () => {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  };
  field.addEventListener("input", fit);
}
