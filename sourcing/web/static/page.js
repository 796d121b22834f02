// What the pages do beyond being read; without it they read just as well.
"use strict";

// A crawl under way: ask how it goes, until it ends.
for (const box of document.querySelectorAll("[data-running]")) {
  const timer = setInterval(async () => {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const told = await answer.json();
    box.querySelector(".now").textContent = told.words;
    let log = box.querySelector(".log");
    if (!log && told.lines.length) {
      log = document.createElement("pre");
      log.className = "log";
      log.tabIndex = 0;
      box.append(log);
    }
    if (log) log.textContent = told.lines.join("\n");
    if (!told.running) {
      clearInterval(timer);
      location.reload();
    }
  }, 1000);
}
