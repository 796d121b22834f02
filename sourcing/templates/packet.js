"use strict";
// The hiring manager's answers, as a small file for the recruiter. Nothing is sent from here.
const answers = () => [...document.querySelectorAll("[data-person]")].flatMap((card) => {
  const chosen = card.querySelector("input[type=radio]:checked");
  if (!chosen) return [];
  const value = (name) => card.querySelector(`[name^="${name}"]`)?.value ?? "";
  const reason = value("reason");
  return [{
    person: Number(card.dataset.person),
    verdict: chosen.value,
    reason,
    area: reason === "more" ? value("area") : "",
    contribution: reason === "misread" && value("piece") ? Number(value("piece")) : null,
    note: value("note"),
  }];
});
for (const card of document.querySelectorAll("[data-person]")) {
  const reason = card.querySelector("[name^=reason]");
  const show = () => {
    for (const part of card.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== reason.value;
  };
  reason.addEventListener("change", show);
  show();
}
document.querySelector("#save").addEventListener("click", () => {
  const by = document.querySelector("#by");
  const said = document.querySelector("#said");
  const given = answers();
  if (!by.value.trim()) { said.textContent = "Write your name first."; by.focus(); return; }
  if (!given.length) { said.textContent = "Choose yes, maybe or no for at least one person."; return; }
  const told = { packet: 1, opening: document.body.dataset.opening, by: by.value.trim(), answers: given };
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(told, null, 1)], { type: "application/json" }));
  link.download = "answers.json";
  link.click();
  said.textContent = `${given.length} answered: answers.json is saved. Send it back to whoever sent you this.`;
});
