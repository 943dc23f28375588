// Single keys: what carries data-key is pressed, if it can be seen. Never while somebody types.
const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(TYPING)) return;
  const meant = [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === event.key.toLowerCase() && element.checkVisibility(),
  );
  if (!meant) return;
  event.preventDefault();
  meant.focus();
  meant.click();
});
