// What the pages do beyond being read; without it they read just as well.
"use strict";

// Tell that this person was opened; a GET changes nothing.
for (const page of document.querySelectorAll("[data-opened]")) {
  fetch(page.dataset.opened, { method: "POST", redirect: "manual" }).catch(() => null);
}

// During a crawl: replace the progress every second, until it ends.
for (const box of document.querySelectorAll("[data-running]")) {
  const timer = setInterval(async () => {
    const answer = await fetch(box.dataset.progress).catch(() => null);
    if (!answer?.ok) return;
    const open = box.querySelector("details")?.open;
    box.innerHTML = await answer.text();
    if (open) box.querySelector("details").open = true;
    if (!box.querySelector("[data-busy]")) {
      clearInterval(timer);
      location.reload();
    }
  }, 1000);
}

// While a message is changed: what do the checks say?
const words = document.querySelector("#words[data-check]");
if (words) {
  let timer, asked = 0;
  words.addEventListener("input", () => {
    words.dataset.changed = "yes";
    const approve = document.querySelector('[data-key="a"]');
    if (approve) approve.disabled = true; // it would approve the words before the change
    const verdict = document.querySelector("#verdict");
    verdict.setAttribute("aria-busy", "true"); // it is of the words before the change
    clearTimeout(timer);
    const mine = ++asked;
    timer = setTimeout(async () => {
      const body = new URLSearchParams(new FormData(words));
      const answer = await fetch(words.dataset.check, { method: "POST", body }).catch(() => null);
      if (mine !== asked) return;
      if (answer?.ok) verdict.innerHTML = await answer.text();
      else verdict.textContent = "Not checked: keep the changes to have them checked.";
      verdict.removeAttribute("aria-busy");
    }, 350);
  });
}

// The work was opened in a new tab: this page may be approved when one comes back to it.
for (const link of document.querySelectorAll("[data-opens]")) {
  link.addEventListener("click", () => addEventListener("focus", () => {
    if (!words?.dataset.changed) location.reload();
  }, { once: true }));
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent);
    button.textContent = "Copied";
  });
}

// One key for what is done all morning; never while typing.
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const meant = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
  if (meant) {
    event.preventDefault();
    if (meant.matches("input")) meant.focus();
    else meant.click();
  }
});

// A filter that is chosen is meant.
for (const form of document.querySelectorAll("form[data-submits]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select")) form.requestSubmit();
  });
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
  });
}

// The shortlist by keyboard: j and k move, o opens the details, x selects, Enter opens the page.
const rows = [...document.querySelectorAll("[data-rows] > .row")];
let current = -1;
const go = (to) => {
  rows[current]?.classList.remove("current");
  current = Math.max(0, Math.min(rows.length - 1, to));
  rows[current].classList.add("current");
  rows[current].querySelector("h2 a").focus();
};
if (rows.length) addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  if (event.key === "j") go(current + 1);
  else if (event.key === "k") go(current - 1);
  else if (event.key === "o" && current >= 0) {
    const details = rows[current].querySelector("details");
    details.open = !details.open;
  } else if (event.key === "x" && current >= 0) rows[current].querySelector("input[name=with]").click();
});

// One box ticks all people of the page.
for (const all of document.querySelectorAll("[data-all]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const row of rows) row.querySelector("input[name=with]").checked = all.checked;
  });
}
