// What a person does with the report, done in a headless browser; `cargo xtask browse` reads the list that this leaves behind.
"use strict";
const { pages, plays, figure } = JSON.parse(document.getElementById("expected").textContent);
const frame = document.querySelector("iframe");
const list = document.querySelector("ol");
const PHONE = 390;

const report = (name, problems) => {
  const item = document.createElement("li");
  item.className = problems.length === 0 ? "passes" : "fails";
  item.textContent = [name, ...problems.slice(0, 8), ...(problems.length > 8 ? [`and ${problems.length - 8} more`] : [])].join("\n");
  list.append(item);
};

/** What is on the page behind the frame, once `act` has made it load another one. */
const loaded = act => new Promise((done, fail) => {
  const late = setTimeout(() => fail(new Error("no page was loaded")), 20000);
  frame.onload = () => { clearTimeout(late); done(frame.contentDocument); };
  act();
});
// The fragment comes after the page: a frame that is sent to a fragment of where it is loads nothing.
let visits = 0;
const open = page => {
  const [path, hash] = page.split("#");
  return loaded(() => { frame.src = `${path}?${++visits}${hash ? `#${hash}` : ""}`; });
};
const where = () => {
  const { pathname, hash } = frame.contentWindow.location;
  return pathname.split("/").slice(pathname.includes("/slide/") ? -2 : -1).join("/") + hash;
};
const press = (target, key) => target.dispatchEvent(
  new frame.contentWindow.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const enter = (field, value) => {
  field.value = value;
  field.dispatchEvent(new frame.contentWindow.Event("input", { bubbles: true }));
};
const differ = (what, found, wanted) => found === wanted ? [] : [`${what}: ${found}, not ${wanted}`];

const CHECKS = {
  "no page is wider than a phone": async () => {
    const wide = [];
    for (const page of pages) {
      const { scrollWidth } = (await open(page)).documentElement;
      if (scrollWidth > PHONE) wide.push(`${page} is ${scrollWidth} wide`);
    }
    return wide;
  },

  "sliders compute the crate's numbers, to the last bit": async () => {
    const wrong = [];
    for (const { page, id, rule, eta, beta, path } of plays) {
      if (frame.contentDocument?.location.pathname.endsWith(page) !== true) await open(page);
      const section = frame.contentDocument.getElementById(`play-${id}`);
      const { elements } = section.querySelector("form");
      if (elements.rule) enter(elements.rule, rule);
      if (elements.beta) enter(elements.beta, beta);
      enter(elements.eta, eta);
      const name = `${page} ${id}, ${rule}, η = ${eta}, β = ${beta}`;
      const kept = Number(elements.eta.value) === Number(eta) && (!elements.beta || Number(elements.beta.value) === Number(beta));
      if (!kept) wrong.push(`${name}: the slider stands at ${elements.eta.value}`);
      const rows = [...section.querySelectorAll("tbody tr")].map(row => [...row.querySelectorAll("[data-value]")].map(cell => Number(cell.dataset.value)));
      const k = path.findIndex((w, k) => !w.every((x, i) => Object.is(x, rows[k]?.[i])));
      if (rows.length !== path.length || k >= 0) wrong.push(`${name}: step ${k}: ${rows[k]}, not ${path[k]}`);
    }
    return plays.length > 0 ? wrong : ["nothing was compared"];
  },

  "a number goes to its slide": async () => {
    const found = [];
    for (const [from, typed, to] of [["index.html", "7", "slide/007.html"], ["slide/007.html", " 143 ", "slide/143.html"]]) {
      const page = await open(from);
      const form = page.querySelector("form.to-slide");
      if (form.hidden) found.push(`${from}: the field is hidden`);
      form.elements.slide.value = typed;
      await loaded(() => form.requestSubmit());
      found.push(...differ(`${typed} from ${from}`, where(), to));
    }
    const page = await open("index.html");
    for (const typed of ["0", "144", "1.5", "seven"]) {
      const form = page.querySelector("form.to-slide");
      form.elements.slide.value = typed;
      form.requestSubmit();
      found.push(...differ(`what is said of ${typed}`, form.querySelector("output").textContent, "the slides are 1 to 143"));
    }
    return [...found, ...differ("where it stays", where(), "index.html")];
  },

  "arrows lead from slide to slide": async () => {
    await open("slide/052.html");
    await loaded(() => press(frame.contentDocument.body, "ArrowRight"));
    const right = differ("→ from 52", where(), "slide/053.html");
    await loaded(() => press(frame.contentDocument.body, "ArrowLeft"));
    return [...right, ...differ("← from 53", where(), "slide/052.html")];
  },

  "P opens the classroom, which hides the verdict until a key": async () => {
    const { page, panel } = figure;
    await open(page);
    await loaded(() => press(frame.contentDocument.body, "p"));
    const room = frame.contentDocument;
    const shown = () => [...room.querySelectorAll("section.screen")].filter(screen => !screen.hidden);
    const id = page.replace(".html", "");
    const state = (what, wanted, open) => [
      ...differ(`screens ${what}`, shown().length, 1),
      ...(wanted ? differ(`claim ${what}`, shown()[0].id, wanted) : []),
      ...differ(`answer ${what}`, shown()[0].querySelector("details").open, open),
    ];
    const badge = () => shown()[0].querySelector(".badge").checkVisibility({ checkVisibilityCSS: true });
    const found = [...differ("where P leads", where(), `classroom.html#${id}`), ...state("at first", id, false)];
    found.push(...differ("verdict at first", badge(), false));
    press(room.body, " ");
    found.push(...state("after space", id, true), ...differ("verdict after space", badge(), true));
    press(room.body, "ArrowRight");
    found.push(...state("after →", null, false));
    found.push(...differ("another claim after →", shown()[0].id !== id, true));
    press(room.body, "ArrowLeft");
    found.push(...state("after ←", id, false));
    const size = parseFloat(frame.contentWindow.getComputedStyle(shown()[0].querySelector("h2")).fontSize);
    if (size < 24) found.push(`the claim is set in ${size} px`);
    await loaded(() => press(room.body, "P"));
    return [...found, ...differ("where P leads back", where(), page), ...(panel ? [] : ["no figure"])];
  },

  "values are read off a figure by keyboard and by pointer": async () => {
    const { page, panel, reading } = figure;
    const drawn = (await open(page)).querySelector(`svg.fig[aria-label="${panel}"]`);
    const says = () => drawn.closest("figure").querySelector(".reading").textContent;
    press(drawn, "ArrowRight");
    press(drawn, "ArrowLeft");
    const found = differ("first point", says(), reading);
    // Where on the screen that point is, a little beside it.
    const [plot, cross] = [drawn.querySelector("svg"), drawn.querySelector(".cross")];
    const place = new DOMPoint(plot.x.baseVal.value + Number(cross.getAttribute("cx")), plot.y.baseVal.value + Number(cross.getAttribute("cy")));
    const { x, y } = place.matrixTransform(drawn.getScreenCTM());
    drawn.dispatchEvent(new frame.contentWindow.Event("pointerleave"));
    found.push(...differ("after leaving", says(), ""));
    drawn.dispatchEvent(new frame.contentWindow.PointerEvent("pointermove", { clientX: x - 1, clientY: y - 1, bubbles: true }));
    return [...found, ...differ("under the pointer", says(), reading)];
  },

  "a reviewer sees old and new, side by side and one over the other": async () => {
    const page = await open("diff.html");
    const pair = page.querySelector("figure.pair");
    const [sides, over, lay] = [".sides", ".over", ".lay"].map(name => pair.querySelector(name));
    const seen = () => [sides, over].map(one => one.checkVisibility()).join();
    const found = differ("side by side, one over the other, at first", seen(), "true,false");
    lay.click();
    found.push(...differ("after a click", seen(), "false,true"));
    enter(over.querySelector("input"), "25");
    const { clipPath } = frame.contentWindow.getComputedStyle(over.querySelector(".top"));
    if (!clipPath.includes("75%")) found.push(`a quarter of the old figure is shown by ${clipPath}`);
    lay.click();
    found.push(...differ("after another click", seen(), "true,false"));
    const pictures = [...page.images];
    await Promise.all(pictures.map(picture => picture.decode().catch(() => found.push(`${picture.alt} cannot be drawn`))));
    if (pictures.length === 0) found.push("there is no picture");
    const cells = [...page.querySelectorAll("td.moved")].map(cell => cell.textContent);
    for (const number of ["1.42857", "1.33333"]) if (!cells.includes(number)) found.push(`${number} is not marked`);
    return found;
  },

  "every claim and every slide can be read without a script": async () => {
    // A frame that may not run scripts, of the same origin so that it can be looked into.
    frame.setAttribute("sandbox", "allow-same-origin");
    const found = [];
    const index = await open("index.html");
    found.push(...differ("links to slides", index.querySelectorAll('a[href^="slide/"]').length, 143));
    found.push(...differ("whether a field is shown that does nothing", index.querySelector("form.to-slide").checkVisibility(), false));
    const room = await open("classroom.html");
    const screens = [...room.querySelectorAll("section.screen")];
    found.push(...differ("claims in the classroom", screens.filter(screen => screen.querySelector("h2").checkVisibility()).length, screens.length));
    found.push(...differ("answers that are given away", screens.filter(screen => screen.querySelector(".badge").checkVisibility()).length, 0));
    const { page } = figure;
    const says = (await open(page)).querySelector("section.play").innerText;
    if (!says.includes("Sliding needs JavaScript")) found.push(`instead of a slider the page says “${says}”`);
    frame.removeAttribute("sandbox");
    return found;
  },

  "a figure becomes a picture of twice its size": async () => {
    const { page, id, pixels } = figure;
    const drawn = (await open(page)).getElementById(id);
    const { blob, width, height } = await frame.contentWindow.thalweg.png(drawn);
    const start = new Uint8Array(await blob.slice(0, 4).arrayBuffer()).join();
    return [...differ("size", `${width} × ${height}`, pixels), ...differ("type", start, "137,80,78,71"),
      ...(blob.size > 10000 ? [] : [`only ${blob.size} bytes`])];
  },
};

(async () => {
  for (const [name, check] of Object.entries(CHECKS)) {
    try {
      report(name, await check());
    } catch (error) {
      report(name, [String(error)]);
    }
  }
  list.id = "done";
})();
