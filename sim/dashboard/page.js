// Sliders and live progress; everything else works without a script.
"use strict";

for (const slider of document.querySelectorAll(".slider")) {
  const field = document.getElementById(slider.dataset.for);
  const follow = () => {
    const value = Number(field.value.replaceAll(",", ""));
    const own = field.value.trim() !== "" && Number.isFinite(value);
    slider.value = own ? value : slider.dataset.base;
    slider.setAttribute("aria-valuetext", slider.value);
  };
  slider.hidden = false;
  slider.addEventListener("input", () => {
    field.value = slider.value;
    slider.setAttribute("aria-valuetext", slider.value);
  });
  field.addEventListener("input", follow);
  follow();
}

document.getElementById("faults")?.focus();

async function watch() {
  const region = document.getElementById("result");
  const live = () => ["waiting", "running"].includes(region.querySelector(".going").dataset.state);
  while (live()) {
    await new Promise((later) => setTimeout(later, 500));
    try {
      const asked = await fetch("/progress");
      if (!asked.ok) return location.reload(); // another server, or the session is gone
      const told = await asked.json();
      if (["waiting", "running"].includes(told.state)) {
        const state = document.getElementById("state");
        if (state.textContent !== told.text) state.textContent = told.text;
        const bar = document.getElementById("bar");
        bar.max = told.total;
        bar.value = told.done;
        continue;
      }
      const answer = await fetch("/result");
      const lost = region.contains(document.activeElement);
      region.innerHTML = await answer.text();
      if (lost) region.focus();
    } catch {
      document.getElementById("state").textContent = region.querySelector(".going").dataset.lost;
    }
  }
}
watch();
