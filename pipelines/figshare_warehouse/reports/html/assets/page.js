// What a page does besides being read: tables are sorted and looked through, charts are drawn.
// Nothing here makes HTML of text: records are only ever put in as text.
"use strict";

(function () {
  const collator = new Intl.Collator(undefined, { numeric: true });

  // --- Tables

  function valueOf(row, place, kind) {
    const cell = row.cells[place];
    if ("unknown" in cell.dataset) return null;
    const value = cell.dataset.value ?? (cell.querySelector("bdi") ?? cell).textContent;
    return kind === "number" ? Number(value) : value.toLowerCase();
  }

  function compare(kind) {
    return kind === "number" ? (a, b) => a - b : (a, b) => collator.compare(a, b);
  }

  function sort(table, place, direction) {
    const kind = table.tHead.rows[0].cells[place].dataset.kind;
    const inOrder = compare(kind);
    const sign = direction === "ascending" ? 1 : -1;
    const rows = Array.from(table.tBodies[0].rows, (row) => [valueOf(row, place, kind), row]);
    rows.sort(([a], [b]) => {
      // What is not known stays at the end in either order.
      if (a === null || b === null) return (a === null) - (b === null);
      return sign * inOrder(a, b);
    });
    table.tBodies[0].append(...rows.map(([, row]) => row));
    for (const heading of table.tHead.rows[0].cells) heading.removeAttribute("aria-sort");
    table.tHead.rows[0].cells[place].setAttribute("aria-sort", direction);
  }

  function makeSortable(table) {
    Array.from(table.tHead.rows[0].cells).forEach((heading, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener("click", () => {
        const first = heading.dataset.kind === "text" ? "ascending" : "descending";
        const other = first === "ascending" ? "descending" : "ascending";
        sort(table, place, heading.getAttribute("aria-sort") === first ? other : first);
      });
    });
  }

  function folded(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function makeFilter(input) {
    const table = document.getElementById(input.dataset.filters).querySelector("table");
    const output = input.closest(".filter").querySelector("output");
    const more = table.parentElement.querySelector(".more");
    const rows = Array.from(table.tBodies[0].rows, (row) => [folded(row.textContent), row]);
    input.addEventListener("input", () => {
      const words = folded(input.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const [text, row] of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      // Paper has the first 20.
      if (more) {
        const rest = shown - 20 + (words.length ? 0 : Number(more.dataset.leftOut));
        more.hidden = rest <= 0;
        more.querySelector("span").textContent = rest.toLocaleString("en");
      }
      output.textContent = words.length ? shown.toLocaleString("en") + " of " + rows.length.toLocaleString("en") : "";
    });
    input.closest(".filter").hidden = false;
  }

  // --- Charts

  const WORDS = { downloads: "Downloads", views: "Views" };

  function counted(value) {
    return value === null || value === undefined ? "–" : value.toLocaleString("en");
  }

  function tipText(title, figures) {
    return [title, ...Object.keys(WORDS).map((name) => WORDS[name] + ": " + counted(figures[name]))].join("\n");
  }

  function tipOf(item) {
    const datum = item && item.datum;
    if (!datum) return null;
    if (datum.type === "Feature") {
      return datum.country ? tipText(datum.country, datum) : datum.properties.name + "\nnone counted";
    }
    return datum.label ? tipText(datum.label, datum) : null;
  }

  function tips(container) {
    const tip = document.createElement("div");
    tip.className = "tip";
    tip.hidden = true;
    container.append(tip);
    return function (text, event) {
      tip.hidden = text === null;
      if (text === null) return;
      tip.textContent = text;
      const frame = container.getBoundingClientRect();
      const left = event.clientX - frame.left;
      tip.style.left = Math.max(0, Math.min(left + 12, frame.width - tip.offsetWidth)) + "px";
      tip.style.top = Math.max(0, event.clientY - frame.top - tip.offsetHeight - 10) + "px";
    };
  }

  function described(name, figures, width) {
    const isMap = name === "world";
    const spec = structuredClone(CHARTS[name]);
    spec.width = width;
    spec.height = isMap ? Math.round(width * 0.46) : 200;
    spec.autosize = isMap ? "none" : { type: "fit", contains: "padding" };
    spec.padding = isMap ? 0 : { left: 0, right: 4, top: 6, bottom: 5 };
    if (!isMap && figures.months.length < 24) {
      // Each month has its label in the middle, and its place where nothing is known of it.
      const { format, tickCount, ...axis } = spec.encoding.x.axis;
      Object.assign(axis, { labelAngle: 0, labelExpr: "utcFormat(toDate(datum.value), '%b %Y')" });
      const scale = { domain: figures.months.map((row) => row.month) };
      spec.encoding.x = { field: "month", type: "nominal", sort: null, title: null, scale, axis };
    }
    spec.datasets = isMap ? { world: CHARTS.shapes, countries: figures.countries } : { months: figures.months };
    return spec;
  }

  async function draw(container, figures) {
    const width = Math.floor(container.clientWidth);
    if (!width || container.dataset.width === String(width)) return;
    container.dataset.width = width;
    const { spec } = vegaLite.compile(described(container.dataset.chart, figures, width));
    const view = new vega.View(vega.parse(spec, null, { ast: true }), {
      expr: vegaInterpreter.expressionInterpreter,
      renderer: "svg",
      loader: { load: refuse, sanitize: refuse, http: refuse, file: refuse },
      tooltip: () => {},
      hover: false,
    });
    container.replaceChildren();
    const place = document.createElement("div");
    container.append(place);
    view.initialize(place);
    if (container.dataset.measure) view.signal("measure", container.dataset.measure);
    const tell = tips(container);
    view.addEventListener("mousemove", (event, item) => tell(tipOf(item), event));
    view.addEventListener("mouseout", (event) => tell(null, event));
    await view.runAsync();
    container.view = view;
  }

  function refuse() {
    return Promise.reject(new Error("This page loads nothing."));
  }

  function makeMeasure(fieldset, map) {
    fieldset.hidden = false;
    fieldset.addEventListener("change", (event) => {
      map.dataset.measure = event.target.value;
      if (map.view) map.view.signal("measure", map.dataset.measure).runAsync();
      for (const legend of map.parentElement.querySelectorAll(".legend")) {
        legend.hidden = legend.dataset.legend !== map.dataset.measure;
      }
    });
  }

  document.querySelectorAll("table.sortable").forEach(makeSortable);
  document.querySelectorAll("input[data-filters]").forEach(makeFilter);

  const source = document.getElementById("figures");
  if (source && typeof vega !== "undefined") {
    const figures = JSON.parse(source.textContent);
    const charts = document.querySelectorAll(".chart");
    const observer = new ResizeObserver((entries) => entries.forEach((entry) => draw(entry.target, figures)));
    charts.forEach((chart) => observer.observe(chart));
    document.querySelectorAll(".measure").forEach((fieldset) => {
      makeMeasure(fieldset, fieldset.parentElement.querySelector(".chart"));
    });
  }
})();
