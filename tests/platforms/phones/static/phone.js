/* One phone: draws what the fake platform says is on the screen, and does what a thumb would do. */
const byId = (id) => document.getElementById(id);
const words = JSON.parse(byId("words").textContent);
const platform = document.body.dataset.platform;
const log = byId("log"), box = byId("box"), person = byId("person"), sheet = byId("sheet");
const POLL = 700;
let drawn = new Map();   // id of a message -> what was drawn of it
let shownTemplates = "", busy = false, timer = 0;

const make = (tag, cls, text) => {
  const made = document.createElement(tag);
  if (cls) made.className = cls;
  if (text !== undefined) made.textContent = text;
  return made;
};
const button = (text, act) => {
  const made = make("button", "", text);
  made.type = "button";
  made.dir = "auto";
  made.addEventListener("click", act);
  return made;
};
const place = () => `/${platform}/people/${encodeURIComponent(person.value)}`;

// -- drawing ----------------------------------------------------------------------------------------------------------
function message(each) {
  const said = make("div", each.mine ? "said mine" : "said");
  const bubble = make("div", "bubble");
  bubble.append(make("span", "unseen", each.mine ? words.you : words.labas));
  if (each.text) {
    const text = make("span", "text", each.text);
    text.dir = "auto";
    bubble.append(text);
  }
  if (each.file) bubble.append(file(each));
  const foot = make("span", "foot");
  if (each.note) foot.append(make("span", "note", `${words.template} ${each.note}`));
  foot.append(make("time", "", new Date(each.at * 1000).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit", hourCycle: "h23"})));
  if (each.mine && each.is_read !== undefined) foot.append(make("span", "tick", each.is_read ? "✓✓" : "✓"));
  if (each.is_read) foot.append(make("span", "unseen", words.read));
  bubble.append(foot);
  said.append(bubble);
  if (!each.mine && (each.rows.length || each.list || each.asks_place)) said.append(choices(each));
  return said;
}
function file(each) {
  const link = make("a", "file", each.file);
  link.href = `${place()}/files/${encodeURIComponent(each.id)}`;
  link.setAttribute("aria-label", `${words.file} ${each.file}`);
  return link;
}
function choices(each) {
  const group = make("div", "choices");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", words.answers);
  each.rows.forEach((row) => {
    const line = make("div", "row");
    row.forEach((choice) => line.append(button(choice.label, () => act("tap", {message: each.id, id: choice.id}))));
    group.append(line);
  });
  if (each.list) group.append(button(`☰ ${each.list.open}`, () => open(each)));
  if (each.asks_place) group.append(button(words.place, () => act("place")));
  return group;
}
function open(each) {
  byId("sheet-name").textContent = each.list.open;
  byId("sheet-rows").replaceChildren(...each.list.rows.map((row) => {
    const made = button(row.label, () => { sheet.close(); act("tap", {message: each.id, id: row.id}); });
    if (row.description) made.append(make("small", "", row.description));
    return made;
  }));
  sheet.showModal();
}
function draw(state) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  let added = 0;
  state.messages.forEach((each) => {
    const form = JSON.stringify(each);
    const before = drawn.get(each.id);
    if (before && before.form === form) return;
    const made = message(each);
    if (before) before.element.replaceWith(made);
    else { log.append(made); added += 1; }
    drawn.set(each.id, {form, element: made});
  });
  if (added && atEnd) log.scrollTop = log.scrollHeight;
  const typing = state.is_typing ? words.typing : "";
  if (byId("typing").textContent !== typing) byId("typing").textContent = typing;
  byId("identity").textContent = state.identity;
  drawKeyboard(state.keyboard);
  if (byId("start")) byId("start").hidden = !state.is_new;
  document.querySelectorAll("[data-switch]").forEach((each) => { each.checked = state.switches[each.dataset.switch]; });
  drawTemplates(state.templates);
  drawTime(state.now);
}
function drawTime(now) {
  const place = byId("now");
  if (!place) return;
  const code = document.documentElement.lang === "ar" ? "ar-MA" : "fr-MA";
  const said = new Date(now * 1000).toLocaleString(code, {weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Africa/Casablanca"});
  if (place.textContent !== said) place.textContent = said;
}
function drawKeyboard(rows) {
  const keyboard = byId("keyboard");
  const form = JSON.stringify(rows);
  if (keyboard.dataset.form === form) return;
  keyboard.dataset.form = form;
  keyboard.hidden = rows.length === 0;
  keyboard.replaceChildren(...rows.flat().map((label) => button(label, () => act("place"))));
}
function drawTemplates(templates) {
  const list = byId("templates"), form = JSON.stringify(templates);
  if (!list || form === shownTemplates) return;
  shownTemplates = form;
  byId("no-templates").hidden = templates.length > 0;
  list.replaceChildren(...templates.map((each) => {
    const item = make("li");
    const body = make("bdi", "", each.body);
    item.append(make("strong", "", `${each.name} · ${each.language}`), make("span", "of", `${each.category} · ${each.status}`), body);
    const acts = make("div", "acts");
    words.reviews.forEach(([decided, label]) => {
      const made = button(label, () => act("review", {decided, name: each.name, language: each.language}));
      made.setAttribute("aria-label", `${label} ${each.name} ${each.language}`);
      acts.append(made);
    });
    item.append(acts);
    return item;
  }));
}

// -- asking -----------------------------------------------------------------------------------------------------------
async function ask(options) {
  try {
    const answer = await fetch(place(), options);
    if (!answer.ok) throw new Error(String(answer.status));
    draw(await answer.json());
    if (byId("told").textContent === words.lost) byId("told").textContent = "";
    return true;
  } catch (error) {
    byId("told").textContent = words.lost;
    return false;
  }
}
async function act(what, value) {
  const headers = {"Content-Type": "application/json"};
  const done = await ask({method: "POST", headers, body: JSON.stringify({what, value})});
  if (done && (what === "lose_answer" || what === "review" || what === "new_number")) byId("told").textContent = words.done;
  log.scrollTop = log.scrollHeight;
  return done;
}
async function poll() {
  if (!document.hidden && !busy) { busy = true; await ask(); busy = false; }
  timer = setTimeout(poll, POLL);
}
function again() {
  log.replaceChildren();
  drawn = new Map();
  clearTimeout(timer);
  poll();
}

// -- thumbs -----------------------------------------------------------------------------------------------------------
byId("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  box.value = "";
  if (!(await act("say", text))) box.value = text;
  box.focus();
});
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("composer").requestSubmit();
});
if (byId("start")) byId("start").addEventListener("click", () => { act("say", "/start"); box.focus(); });
document.querySelectorAll("[data-act]").forEach((each) => each.addEventListener("click", () => act(each.dataset.act, true)));
document.querySelectorAll("[data-switch]").forEach((each) => each.addEventListener("change", () => act(each.dataset.switch, each.checked)));
document.querySelectorAll("[data-later]").forEach((each) => each.addEventListener("click", async () => {
  const headers = {"Content-Type": "application/json"};
  const answer = await fetch("/time", {method: "POST", headers, body: JSON.stringify({seconds: Number(each.dataset.later)})});
  byId("told").textContent = answer.ok ? words.later : words.lost;
  ask();
}));
byId("sheet-close").addEventListener("click", () => sheet.close());
person.addEventListener("change", again);
byId("new-person").addEventListener("click", async () => {
  const answer = await fetch(`/${platform}/people`, {method: "POST"});
  const option = make("option", "", (await answer.json()).person);
  person.append(option);
  person.value = option.value;
  again();
});
poll();
