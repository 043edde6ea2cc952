// Sliders that follow the fields, and progress without reloading. The page works without this script.
"use strict";

for (const slider of document.querySelectorAll(".slider")) {
  const field = document.getElementById(slider.dataset.for);
  const update = () => {
    const value = Number(field.value.replaceAll(",", ""));
    const valid = field.value.trim() !== "" && Number.isFinite(value);
    slider.value = valid ? value : slider.dataset.base;
    slider.setAttribute("aria-valuetext", slider.value);
  };
  slider.hidden = false;
  slider.addEventListener("input", () => {
    field.value = slider.value;
    slider.setAttribute("aria-valuetext", slider.value);
  });
  field.addEventListener("input", update);
  update();
}

document.getElementById("faults")?.focus();

async function watch() {
  const region = document.getElementById("result");
  const active = () => ["waiting", "running"].includes(region.querySelector(".status").dataset.state);
  while (active()) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    try {
      const response = await fetch("/progress");
      if (!response.ok) return location.reload(); // another server, or the session has ended
      const progress = await response.json();
      if (["waiting", "running"].includes(progress.state)) {
        const state = document.getElementById("state");
        if (state.textContent !== progress.text) state.textContent = progress.text;
        const bar = document.getElementById("bar");
        bar.max = progress.total;
        bar.value = progress.done;
        continue;
      }
      const result = await fetch("/result");
      const focused = region.contains(document.activeElement);
      region.innerHTML = await result.text();
      if (focused) region.focus();
    } catch {
      document.getElementById("state").textContent = region.querySelector(".status").dataset.lost;
    }
  }
}
watch();
