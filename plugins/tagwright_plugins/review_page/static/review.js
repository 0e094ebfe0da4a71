// Keys and news. Everything works without it; forms and links do the work.
"use strict";

const items = () => [...document.querySelectorAll("[data-item]")];
const target = (item) => item.querySelector("input[type=checkbox], a, button") || item;
const current = () => items().findIndex((item) => item.contains(document.activeElement));
let busy = false;

function move(step) {
  const all = items();
  if (!all.length) return;
  const here = current();
  const from = here < 0 && step < 0 ? all.length : here;  // the doubtful ones stand last
  const next = Math.min(Math.max(from + step, 0), all.length - 1);
  target(all[next]).focus({ preventScroll: true });
  all[next].scrollIntoView({ block: "nearest" });
}

function leaveOut() {
  const item = items()[Math.max(current(), 0)];
  const box = item && item.querySelector("input[type=checkbox]");
  if (!box) return;
  box.click();
  box.focus();
}

function refine() {
  const details = document.getElementById("refine");
  if (!details) return;
  details.open = true;
  document.getElementById("name").focus();
}

function press(key) {
  const item = items()[current()];
  const found = (item && item.querySelector(`[data-key="${key}"]`)) ||
    document.querySelector(`button[data-key="${key}"]`);
  if (!found) return;
  if (found.tagName === "BUTTON") busy = true;
  found.click();
}

function help() {
  const dialog = document.getElementById("help");
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

const keys = {
  j: () => move(1), k: () => move(-1), x: leaveOut, e: refine, "?": help,
  a: () => press("a"), r: () => press("r"), s: () => press("s"), u: () => press("u"),
  o: () => press("o"),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox]), select, textarea");
  if (event.key === "Escape" && typing) typing.blur();
  // On a photo it would press the form's first button, which is none of the answers.
  if (event.key === "Enter" && event.target.type === "checkbox") event.preventDefault();
  if (typing || busy || event.repeat && !"jk".includes(event.key)) return;
  if (event.ctrlKey || event.altKey || event.metaKey || !Object.hasOwn(keys, event.key)) return;
  if (document.getElementById("help")?.open && event.key !== "?") return;
  event.preventDefault();
  keys[event.key]();
});

// One answer, however often a button is hit; and again when the page is come back to.
document.addEventListener("submit", (event) => {
  if (event.target.method === "dialog") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  busy = false;
  for (const form of document.forms) delete form.dataset.sent;
});

const photos = (number) => `${number.toLocaleString("en")} photo${number === 1 ? "" : "s"}`;

const answer = document.getElementById("answer");
if (answer) {
  const boxes = [...answer.querySelectorAll("input[type=checkbox]")];
  const said = answer.querySelector("[data-chosen]");
  answer.addEventListener("change", () => {
    const chosen = boxes.filter((box) => box.checked).length;
    said.textContent = chosen === boxes.length ? photos(chosen)
      : `${chosen} of ${photos(boxes.length)}`;
  });
}

const news = document.getElementById("news");
if (news && window.EventSource) {
  new EventSource("/events").addEventListener("message", (event) => {
    const { due, written, failed, tagging } = JSON.parse(event.data);
    const parts = [];
    if (due > failed) parts.push(`Writing ${photos(due - failed)}`);
    else if (written) parts.push(`${photos(written)} written`);
    if (failed) parts.push(`${photos(failed)} failed`);
    if (tagging) parts.push(`${photos(tagging)} to be tagged`);
    news.textContent = parts.join(" · ");
  });
}
