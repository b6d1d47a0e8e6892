"use strict";
// Shows the quotes that have the chosen values. Everything is shown when this script does not run.
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const selects = [...form.querySelectorAll("select")];
  const quotes = [...document.querySelectorAll("[data-marks]")].map((item) => ({ item, marks: item.dataset.marks.split(" ") }));
  const holders = [...document.querySelectorAll(".said"), ...document.querySelectorAll(".group")];
  const shown = document.getElementById("shown");
  const number = new Intl.NumberFormat(document.documentElement.lang);

  const apply = () => {
    const wanted = selects.filter((each) => each.value !== "").map((each) => [Number(each.dataset.place), each.value]);
    let count = 0;
    for (const { item, marks } of quotes) {
      item.hidden = !wanted.every(([place, value]) => marks[place] === value);
      count += item.hidden ? 0 : 1;
    }
    for (const holder of holders) holder.hidden = !holder.querySelector("[data-marks]:not([hidden])");
    shown.textContent = shown.dataset.words.replace("{shown}", number.format(count)).replace("{all}", number.format(quotes.length));
  };
  // A link from a number must never lead to something that the filter hides.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.hidden) {
      form.reset();
      apply();
      target.scrollIntoView();
    }
  };
  form.addEventListener("change", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", reveal);
  form.hidden = false;
  form.reset();
  apply();
})();
