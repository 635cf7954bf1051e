// What every page of the report can do beyond being read: go to a slide by its number, go by keyboard, read values off a
// figure, take a figure along. Nothing here is needed to read a page.
"use strict";
{
const up = document.body.dataset.up;
const SLIDES = 143;

/** slide/007.html for 7; null where there is no such slide. */
const slidePage = text => {
  const n = Number(text);
  return Number.isInteger(n) && n >= 1 && n <= SLIDES ? `${up}slide/${String(n).padStart(3, "0")}.html` : null;
};

const form = document.querySelector("form.to-slide");
form.hidden = false;
form.addEventListener("submit", event => {
  event.preventDefault();
  const page = slidePage(form.elements.slide.value.trim());
  form.querySelector("output").textContent = page ? "" : `the slides are 1 to ${SLIDES}`;
  if (page) location.href = page;
});

const isTyping = target => target.closest?.("input, select, textarea, [contenteditable], svg.fig, .scroll");

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "own" || isTyping(event.target)) return;
  const follow = link => link && (event.preventDefault(), location.href = link.href);
  if (event.key === "p" || event.key === "P") {
    const claim = document.body.dataset.claim;
    event.preventDefault();
    location.href = `${up}classroom.html${claim ? `#${claim}` : ""}`;
  } else if (event.key === "/") {
    event.preventDefault();
    form.elements.slide.focus();
  } else if (event.key === "ArrowLeft") follow(document.querySelector("a[rel=prev]"));
  else if (event.key === "ArrowRight") follow(document.querySelector("a[rel=next]"));
});

// Values off a figure. A plot's inner <svg> is in pixels, data-x and data-y of the outer one say what they span.
const axis = text => {
  const [scale, low, high, ...label] = text.split(" ");
  const [a, b] = scale === "logarithmic" ? [Math.log10(low), Math.log10(high)] : [+low, +high];
  const at = share => a + (b - a) * share;
  return { label: label.join(" "), value: share => scale === "logarithmic" ? 10 ** at(share) : at(share) };
};
const digits = x => String(Number(x.toPrecision(3)));

/** Every point that is drawn, in pixels of the plot, series after series. */
const drawn = plot => {
  const series = [...plot.querySelectorAll("path:not(.tip):not(.quiet)")]
    .map(path => [...path.getAttribute("d").matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(m => [+m[1], +m[2]]));
  const dots = [...plot.querySelectorAll("g")]
    .map(g => [...g.querySelectorAll("circle")].map(c => [+c.getAttribute("cx"), +c.getAttribute("cy")]));
  const { width, height } = plot.viewBox.baseVal;
  return [...series, ...dots].map(points => points.filter(([x, y]) => x >= 0 && y >= 0 && x <= width && y <= height))
    .filter(points => points.length > 0);
};

for (const figure of document.querySelectorAll("figure")) {
  const output = document.createElement("output");
  output.className = "reading";
  for (const panel of figure.querySelectorAll("svg.fig[data-x]")) {
    const plot = panel.querySelector("svg");
    const [x, y] = [axis(panel.dataset.x), axis(panel.dataset.y)];
    let series = null, cross = null, at = [0, 0];
    const say = ([px, py]) => {
      const { width, height } = plot.viewBox.baseVal;
      if (!cross) {
        plot.insertAdjacentHTML("beforeend", '<circle class="cross" r="5"/>');
        cross = plot.lastElementChild;
      }
      cross.setAttribute("cx", px);
      cross.setAttribute("cy", py);
      output.textContent = `${panel.getAttribute("aria-label")}: ${x.label || "x"} ≈ ${digits(x.value(px / width))}, `
        + `${y.label || "y"} ≈ ${digits(y.value(1 - py / height))}`;
    };
    const points = () => series ??= drawn(plot);
    panel.tabIndex = 0;
    panel.addEventListener("pointermove", event => {
      const here = new DOMPoint(event.clientX, event.clientY).matrixTransform(panel.getScreenCTM().inverse());
      const [px, py] = [here.x - plot.x.baseVal.value, here.y - plot.y.baseVal.value];
      let best = Infinity;
      points().forEach((line, i) => line.forEach(([qx, qy], j) => {
        const distance = (qx - px) ** 2 + (qy - py) ** 2;
        if (distance < best) [best, at] = [distance, [i, j]];
      }));
      if (best < Infinity) say(points()[at[0]][at[1]]);
    });
    panel.addEventListener("keydown", event => {
      const [along, across] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key] ?? [0, 0];
      if ((!along && !across) || points().length === 0) return;
      event.preventDefault();
      const i = (at[0] + across + points().length) % points().length;
      at = [i, Math.min(Math.max(at[1] + along, 0), points()[i].length - 1)];
      say(points()[i][at[1]]);
    });
    const leave = () => { cross?.remove(); cross = null; output.textContent = ""; };
    panel.addEventListener("pointerleave", leave);
    panel.addEventListener("blur", leave);
  }
  figure.querySelector(".panels")?.after(output);
}

// Figures to take along: files for SVG and CSV lie beside the page; the browser itself makes PNG and PDF.
const LIGHT = document.querySelector("template.light")?.content.textContent ?? "";

/** The panels of a figure in one <svg>, in the colors of a light page. */
const whole = figure => {
  const panels = [...figure.querySelectorAll("svg.fig")].map(panel => panel.cloneNode(true));
  const columns = Math.min(Number(figure.dataset.columns), panels.length);
  const { width, height } = panels[0].viewBox.baseVal;
  const box = document.createElement("div");
  const size = [columns * width, Math.ceil(panels.length / columns) * height];
  box.innerHTML = `<svg class="fig" viewBox="0 0 ${size[0]} ${size[1]}" width="${size[0]}" height="${size[1]}">`
    + `<style>${LIGHT}</style><rect width="100%" height="100%" fill="#fff"/></svg>`;
  panels.forEach((panel, i) => {
    panel.querySelectorAll(".cross").forEach(cross => cross.remove());
    const place = { x: (i % columns) * width, y: Math.floor(i / columns) * height, width, height };
    for (const [name, value] of Object.entries(place)) panel.setAttribute(name, value);
    box.firstChild.append(panel);
  });
  return { svg: box.firstChild, size };
};

/** A picture with twice as many pixels as the figure has units. */
const png = figure => new Promise((done, fail) => {
  const { svg, size } = whole(figure);
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = size.map(length => 2 * length);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(blob => blob ? done({ blob, width: canvas.width, height: canvas.height }) : fail(new Error("no picture")), "image/png");
  };
  image.onerror = fail;
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
});

/** Leaves one figure on a page of its size, so that printing makes a PDF of it. */
const only = figure => {
  const { svg, size } = whole(figure);
  const style = document.createElement("style");
  style.textContent = `@page{size:${size[0]}px ${size[1]}px;margin:0}@media print{body>*{display:none!important}`
    + `body>.sheet{display:block!important;position:static}.sheet svg{display:block}html,body{margin:0;padding:0;background:#fff}}`;
  const sheet = document.createElement("div");
  sheet.className = "sheet";
  sheet.append(svg);
  document.head.append(style);
  document.body.append(sheet);
  return () => { style.remove(); sheet.remove(); };
};

for (const tools of document.querySelectorAll(".take")) {
  const figure = tools.closest("figure");
  const button = (label, title, act) => {
    const button = document.createElement("button");
    [button.type, button.textContent, button.title] = ["button", label, title];
    button.addEventListener("click", act);
    tools.querySelector(".files").append(button);
  };
  button("PNG", "twice as many pixels as on the page", async () => {
    const { blob } = await png(figure);
    const link = document.createElement("a");
    [link.href, link.download] = [URL.createObjectURL(blob), `${figure.id}.png`];
    link.click();
    URL.revokeObjectURL(link.href);
  });
  button("PDF", "opens the print dialog with this figure alone: save it as PDF", () => {
    const back = only(figure);
    addEventListener("afterprint", back, { once: true });
    print();
  });
}
// page.html#only=FIGURE, for a browser that prints without a person.
const wanted = location.hash.match(/^#only=(.+)$/);
if (wanted) {
  const figure = document.getElementById(decodeURIComponent(wanted[1]));
  if (figure) only(figure);
}

window.thalweg = { ...window.thalweg, slidePage, png };
}
