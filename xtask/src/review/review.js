// Without this script old and new stand side by side, and that is all that one needs.
for (const figure of document.querySelectorAll("figure.pair")) {
  const [sides, over, lay] = [".sides", ".over", ".lay"].map((name) => figure.querySelector(name));
  const [slider, top] = [over.querySelector("input"), over.querySelector(".top")];
  const show = () => { top.style.clipPath = `inset(0 ${100 - slider.value}% 0 0)`; };
  lay.hidden = false;
  lay.addEventListener("click", () => {
    over.hidden = !over.hidden;
    sides.hidden = !over.hidden;
    sides.style.display = sides.hidden ? "none" : "";
    lay.textContent = over.hidden ? "One over the other" : "Side by side";
  });
  slider.addEventListener("input", show);
  show();
}
