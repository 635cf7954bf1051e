// Paths on a quadratic, computed here from the formulas of the library, operation by operation, so that the numbers are the
// same to the last bit. `cargo xtask browse` compares them.
"use strict";
{
// a, b: E(w) = ½ Σ aᵢwᵢ² + Σ bᵢwᵢ.  η: rate.  β: momentum.  v: velocity.
const RULES = {
  "gradient descent": {
    step: (w, v, slope, eta) => [w - eta * slope(w), v],
    recurrence: (a, eta) => [1 - eta * a, 0],
  },
  momentum: {
    step: (w, v, slope, eta, beta) => {
      const next = beta * v - eta * slope(w);
      return [w + next, next];
    },
    recurrence: (a, eta, beta) => [1 + beta - eta * a, beta],
  },
  Nesterov: {
    step: (w, v, slope, eta, beta) => {
      const ahead = w + beta * v;
      const descent = eta * slope(ahead);
      return [ahead - descent, beta * v - descent];
    },
    recurrence: (a, eta, beta) => [(1 + beta) * (1 - eta * a), beta * (1 - eta * a)],
  },
};

/** w₀, w₁, … */
const path = (play, rule, eta, beta) => {
  const points = [play.start.slice()];
  let [w, v] = [play.start.slice(), play.start.map(() => 0)];
  for (let k = 0; k < play.steps; k++) {
    const pairs = w.map((x, i) => RULES[rule].step(x, v[i], x => play.curvatures[i] * x + play.linear[i], eta, beta));
    [w, v] = [pairs.map(pair => pair[0]), pairs.map(pair => pair[1])];
    points.push(w);
  }
  return points;
};

/** The factor per step in the long run: the larger root of ρ² = τρ − δ. */
const factor = (rule, a, eta, beta) => {
  const [tau, delta] = RULES[rule].recurrence(a, eta, beta);
  const inside = tau * tau - 4 * delta;
  return inside < 0
    ? { size: Math.sqrt(delta), how: "swings" }
    : { size: (Math.abs(tau) + Math.sqrt(inside)) / 2, how: tau < 0 ? "crosses at every step" : "" };
};

const WIDTH = 460, HEIGHT = 320;
const number = (x, digits = 4) => Number.isFinite(x) ? String(Number(x.toPrecision(digits))).replace("-", "−") : "beyond all numbers";
const NAMES = ["w₁", "w₂"];

/** From data to pixels, and the background of the plot. */
const scene = play => {
  const minimum = play.curvatures.map((a, i) => -play.linear[i] / a);
  if (minimum.length === 1) {
    const [a, m] = [play.curvatures[0], minimum[0]];
    const reach = 1.25 * Math.abs(play.start[0] - m) || 1;
    const value = w => 0.5 * a * (w - m) * (w - m);
    const top = value(m + reach);
    const pixel = ([w]) => [WIDTH / 2 + (w - m) / reach * WIDTH / 2, HEIGHT - 14 - value(w) / top * (HEIGHT - 24)];
    const curve = Array.from({ length: 81 }, (_, i) => pixel([m + reach * (i / 40 - 1)]));
    return { minimum, pixel, ground: `<path class="quiet" d="M${curve.map(p => p.map(x => x.toFixed(1)).join(" ")).join("L")}"/>` };
  }
  const half = minimum.map((m, i) => 1.3 * Math.abs(play.start[i] - m) || 1);
  const unit = Math.min(WIDTH / 2 / half[0], HEIGHT / 2 / half[1]);
  const pixel = ([x, y]) => [WIDTH / 2 + (x - minimum[0]) * unit, HEIGHT / 2 - (y - minimum[1]) * unit];
  const level = 0.5 * play.curvatures.reduce((sum, a, i) => sum + a * (play.start[i] - minimum[i]) ** 2, 0);
  const ellipses = [0.04, 0.16, 0.36, 0.64, 1].map(share => {
    const [rx, ry] = play.curvatures.map(a => Math.sqrt(2 * share * level / a) * unit);
    return `<ellipse class="quiet" cx="${WIDTH / 2}" cy="${HEIGHT / 2}" rx="${rx.toFixed(1)}" ry="${ry.toFixed(1)}"/>`;
  });
  return { minimum, pixel, ground: ellipses.join("") };
};

const FAR = 1e4;
const draw = (play, ground, pixel, points) => {
  const pixels = points.filter(w => w.every(Number.isFinite))
    .map(w => pixel(w).map(x => Math.min(Math.max(x, -FAR), FAR).toFixed(1)));
  const dots = pixels.map(([x, y], k) => `<circle cx="${x}" cy="${y}" r="${k ? 2.5 : 4}"/>`).join("");
  return `${ground}<path class="s0" d="M${pixels.map(p => p.join(" ")).join("L")}"/><g class="f-s0">${dots}</g>`;
};

for (const section of document.querySelectorAll("section.play")) {
  const play = JSON.parse(section.dataset.play);
  const { minimum, pixel, ground } = scene(play);
  const slider = (name, label, { range: [least, most], step, at }) =>
    `<label>${label} <input type="range" name="${name}" min="${least}" max="${most}" step="${step}" value="${at}">`
    + `<input type="number" name="${name}-number" aria-label="${label}, as a number" min="${least}" max="${most}" step="${step}" value="${at}"></label>`;
  const choice = play.rules.length > 1
    ? `<label>rule <select name="rule">${play.rules.map(rule => `<option>${rule}</option>`).join("")}</select></label>` : "";
  section.querySelector(".stage").innerHTML =
    `<form class="controls">${choice}${slider("eta", "η", play.rate)}${play.momentum.range[1] > 0 ? slider("beta", "β", play.momentum) : ""}</form>`
    + `<svg class="fig" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="the path of the iterates"></svg>`
    + `<p class="says" aria-live="polite"></p><details><summary>The points</summary><div class="scroll" tabindex="0" role="region" aria-label="the points">`
    + `<table><thead><tr><th>k</th>${play.start.map((_, i) => `<th>${NAMES[i]}</th>`).join("")}</tr></thead><tbody></tbody></table></div></details>`;
  const form = section.querySelector("form");
  const [eta, beta] = [form.elements.eta, form.elements.beta];
  const redraw = () => {
    const rule = form.elements.rule?.value ?? play.rules[0];
    if (beta) for (const field of [beta, form.elements["beta-number"]]) field.disabled = rule === "gradient descent";
    const settings = [Number(eta.value), beta ? Number(beta.value) : 0];
    const points = path(play, rule, ...settings);
    section.querySelector("svg").innerHTML = draw(play, ground, pixel, points);
    const last = points[points.length - 1];
    section.querySelector(".says").innerHTML = play.curvatures.map((a, i) => {
      const { size, how } = factor(rule, a, ...settings);
      const end = size > 1 + 1e-12 ? "diverges" : size > 1 - 1e-12 ? "neither shrinks nor grows" : "converges";
      return `<span>${NAMES[i]}: factor per step <b>${number(size)}</b>, ${end}${how ? `, ${how}` : ""}; `
        + `after ${play.steps} steps ${number(last[i] - minimum[i], 3)} from the minimum</span>`;
    }).join("");
    section.querySelector("tbody").innerHTML = points.map((w, k) =>
      `<tr><td>${k}</td>${w.map(x => `<td data-value="${x}">${number(x, 6)}</td>`).join("")}</tr>`).join("");
  };
  form.addEventListener("input", event => {
    const name = event.target.name;
    // Slider and field show one number; a field that is being emptied is none.
    const other = name.endsWith("-number") ? name.slice(0, -"-number".length) : `${name}-number`;
    if (form.elements[other] && event.target.value !== "") form.elements[other].value = event.target.value;
    redraw();
  });
  form.addEventListener("submit", event => event.preventDefault());
  redraw();
}

window.thalweg = { ...window.thalweg, path };
}
