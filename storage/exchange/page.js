"use strict";
(() => {
  const nav = document.querySelector("nav");
  const search = nav.querySelector("input[type=search]");
  const only = nav.querySelector("input[type=checkbox]");
  const told = nav.querySelector("output");
  const blocks = [...document.querySelectorAll(".b")];
  const notes = new Map([...document.querySelectorAll(".n")].map((one) => [one.id.slice(2), one]));
  const tags = JSON.parse(document.getElementById("tags").textContent);
  const chosen = new Set();

  const fold = (string) => string.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const folded = new WeakMap();
  const words = (element) => {
    if (!folded.has(element)) folded.set(element, fold(element.textContent).replace(/\s+/g, " "));
    return folded.get(element);
  };
  const fits = (id) =>
    !chosen.size || (tags[id] || []).some((tag) => [...chosen].some((one) => tag === one || tag.startsWith(one + "/")));

  const places = (node, needle, ranges) => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    let string = "";
    const from = [];
    while (walker.nextNode()) {
      const text = walker.currentNode;
      let at = 0;
      for (const letter of text.data) {
        const plain = fold(letter).replace(/\s/g, " ");
        for (const each of plain) if (!(each === " " && string.endsWith(" "))) { string += each; from.push([text, at, at + letter.length]); }
        at += letter.length;
      }
    }
    for (let at = string.indexOf(needle); at >= 0; at = string.indexOf(needle, at + needle.length)) {
      const range = new Range();
      const [first, start] = from[at];
      const [last, , end] = from[at + needle.length - 1];
      range.setStart(first, start);
      range.setEnd(last, end);
      ranges.push(range);
    }
  };

  const show = () => {
    const needle = fold(search.value).replace(/\s+/g, " ").trim();
    const ranges = [];
    let shown = 0;
    for (const mark of document.querySelectorAll("mark")) {
      const at = mark.dataset.a.split(" ").findLastIndex((id) => fits(id.slice(2)));
      mark.classList.toggle("off", at < 0);
      if (mark.dataset.c && at >= 0) mark.className = `c-${mark.dataset.c.split(" ")[at]} several`;
    }
    for (const [id, note] of notes) note.hidden = !fits(id);
    for (const block of blocks) {
      const marked = [...block.querySelectorAll("mark, .n")].some((one) => !one.hidden && !one.classList.contains("off"));
      block.hidden = (needle && !words(block).includes(needle)) || (only.checked && !marked);
      if (block.hidden) continue;
      shown += 1;
      if (needle && ranges.length < 2000) places(block, needle, ranges);
    }
    if (globalThis.CSS && CSS.highlights) CSS.highlights.set("found", new Highlight(...ranges));
    const count = [...notes.keys(), ...nothing].filter(fits).length;
    told.value = needle || only.checked ? `${shown} of ${blocks.length} paragraphs` : `${count} of ${Object.keys(tags).length} annotations`;
  };

  const nothing = Object.keys(tags).filter((id) => !notes.has(id));
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 120); });
  only.addEventListener("change", show);
  nav.addEventListener("click", (event) => {
    const tag = event.target.dataset.tag;
    if (tag === undefined) return;
    chosen[chosen.has(tag) ? "delete" : "add"](tag);
    event.target.setAttribute("aria-pressed", String(chosen.has(tag)));
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape" && document.activeElement === search) { search.value = ""; show(); search.blur(); }
  });
  document.body.prepend(nav);
  nav.hidden = false;
  show();
})();
