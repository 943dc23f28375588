// Binds the small modules to the elements that ask for them with data-behaviour="name …".
// Without this file every page still works: plain links and forms.
import { copy, focusMe, lookWithSpace, openHere, panel, submitOnChange, theme } from "./small.js";
import { composer, grow, macro } from "./composer.js";
import { leaving } from "./leaving.js";
import { refresh } from "./refresh.js";
import { shiftRange } from "./selecting.js";
import { seat } from "./seat.js";
import { keys } from "./keys.js";
import "./palette.js";

const behaviours = {
  composer, copy, grow, keys, macro, leaving, panel, refresh, seat, theme,
  "focus-me": focusMe,
  "look-with-space": lookWithSpace,
  "open-here": openHere,
  "shift-range": shiftRange,
  "submit-on-change": submitOnChange,
};

const bound = new WeakSet();

function bind(element) {
  if (bound.has(element)) return;
  bound.add(element);
  for (const name of element.dataset.behaviour.split(" ")) behaviours[name]?.(element);
}

function bindAll(root) {
  if (root.matches?.("[data-behaviour]")) bind(root);
  root.querySelectorAll("[data-behaviour]").forEach(bind);
}

bindAll(document);
// Nobody finds on the log-in page's machine what somebody else was typing.
if (document.querySelector(".door")) {
  try { sessionStorage.clear(); } catch { /* nothing was kept */ }
}
document.addEventListener("htmx:load", (event) => bindAll(event.detail.elt));

// One menu at a time, closed by Escape or by a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  document.querySelectorAll("details.menu[open], details.clock[open]").forEach((menu) => {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  });
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open], details.clock[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
