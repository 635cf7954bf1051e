// One claim on the screen, its verdict hidden until a key. Without this script the page is a list whose answers open by a click.
"use strict";
{
const screens = [...document.querySelectorAll("section.screen")];
const counter = document.querySelector(".counter");
let now = 0;

const show = (i, write = true) => {
  now = Math.min(Math.max(i, 0), screens.length - 1);
  screens.forEach((screen, j) => {
    screen.hidden = j !== now;
    if (j !== now) screen.querySelector("details").open = false;
  });
  counter.textContent = `${now + 1} of ${screens.length}`;
  if (write) history.replaceState(null, "", `#${screens[now].id}`);
  scrollTo(0, 0);
};
const reveal = () => {
  const answer = screens[now].querySelector("details");
  answer.open = !answer.open;
};
const fromHash = () => screens.findIndex(screen => `#${screen.id}` === location.hash);

const KEYS = {
  ArrowRight: () => show(now + 1), PageDown: () => show(now + 1),
  ArrowLeft: () => show(now - 1), PageUp: () => show(now - 1),
  Home: () => show(0), End: () => show(screens.length - 1),
  " ": reveal, Enter: reveal, ArrowDown: reveal,
  p: () => { location.href = screens[now].dataset.page; },
  Escape: () => { location.href = "index.html"; },
};
KEYS.P = KEYS.p;

if (screens.length > 0) {
  document.documentElement.classList.add("class-is-on");
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, svg.fig")) return;
    // Links and buttons keep the keys that press them.
    if ((event.key === "Enter" || event.key === " ") && event.target.closest("a, button")) return;
    const act = KEYS[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  document.querySelectorAll("button[data-go]").forEach(button => {
    button.addEventListener("click", () => button.dataset.go === "reveal" ? reveal() : show(now + Number(button.dataset.go)));
  });
  addEventListener("hashchange", () => show(Math.max(fromHash(), 0), false));
  show(Math.max(fromHash(), 0), false);
}
}
