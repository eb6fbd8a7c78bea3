/* The talk on the page: shows what is said, sends what the person writes or taps, and loses neither.

What Labas said is asked from the server again after a reload. What the person wrote is kept nowhere but in this tab
(sessionStorage): until the server has taken it, and for as long as the tab lives. */
import * as draw from "./draw.js";

const byId = (id) => document.getElementById(id);
const words = JSON.parse(byId("words").textContent);
const talk = byId("talk"), log = byId("log"), start = byId("start"), writing = byId("writing");
const composer = byId("composer"), box = byId("box"), notice = byId("notice");

// Milliseconds, but for what is kept (messages) and the longest text (characters; the server takes 64 KB).
const POLL = 15000, SOON = 2000, LONGEST_POLL = 300000, PATIENCE = 60000, KEPT = 200, LONGEST = 20000;
let talkId = null;      // which count the numbers belong to
let after = 0;          // number of the last message shown
let mine = load();      // what the person sent: {id, kind, value, text, after, talk, state}
let ready = false;      // the talk so far has been read
let busy = false;       // a message is on its way
let chips = null;       // the group of buttons that can be tapped
let byKeyboard = false; // the last answer was chosen with the keyboard
let wait = POLL, pause = SOON, timer = 0;

// -- kept in this tab -------------------------------------------------------------------------------------------------
function load() {
  try {
    const kept = JSON.parse(sessionStorage.getItem("labas.mine"));
    return Array.isArray(kept) ? kept : [];
  } catch (error) { return []; }
}
function keep() {
  try {
    sessionStorage.setItem("labas.mine", JSON.stringify(mine.slice(-KEPT)));
    sessionStorage.setItem("labas.draft", box.value.slice(0, 20000));
  } catch (error) { /* a full or forbidden storage costs the restore, not the talk */ }
}

// -- on the screen ----------------------------------------------------------------------------------------------------
function add(message) {
  const made = draw.theirs(message, words);
  if (message.choices.length || message.ask_location) made.append(choices(message));
  log.append(made);
  return made;
}
function choices(message) {
  const group = draw.chips(words.answers);
  message.choices.forEach((each) => {
    const act = (event) => tap(event, () => submit("choice", each.id, each.label));
    group.append(draw.chip(each.label, each.id, message.language, act));
  });
  if (message.ask_location && navigator.geolocation) {
    group.append(draw.chip(words.share_location, "location", document.documentElement.lang, (event) => tap(event, locate)));
  }
  retire(chips);
  chips = group;
  return group;
}
function tap(event, act) {
  const chip = event.currentTarget;
  if (busy || chip.parentElement !== chips || chip.getAttribute("aria-disabled") === "true") return;
  byKeyboard = event.detail === 0;
  Array.from(chips.children).forEach((each) => each.classList.toggle("chosen", each === chip));
  act();
}
/* The buttons of an old question cannot be tapped any more. */
function retire(group) {
  if (!group) return;
  group.classList.add("old");
  group.classList.toggle("answered", group.querySelector(".chosen") !== null);
  Array.from(group.children).forEach((chip) => { chip.disabled = true; });
  if (chips === group) chips = null;
}
/* While an answer is on its way the buttons rest; they keep the focus, which disabled ones would lose. */
function rest(resting) {
  if (!chips) return;
  Array.from(chips.children).forEach((chip) => {
    chip.setAttribute("aria-disabled", String(resting));
    if (!resting) chip.classList.remove("chosen");
  });
}
function addMine(entry) {
  log.append(draw.mine(entry, words));
  showState(entry);
}
const lineOf = (entry) => log.querySelector('.you[data-id="' + entry.id + '"]');
function showState(entry) {
  const state = lineOf(entry).querySelector(".state");
  const isLost = entry.state === "failed";
  state.textContent = "";
  state.classList.toggle("lost", isLost);
  state.hidden = !isLost;
  if (!isLost) return;
  const again = draw.make("button", "again", words.try_again);
  again.type = "button";
  again.addEventListener("click", tryAgain);
  state.append(draw.make("span", "", words.not_sent), again);
}
function tell(text) {
  notice.textContent = text || "";
  notice.hidden = !text;
}
function showWriting(text) {
  writing.textContent = "";
  if (text) writing.append(draw.dots(), draw.make("span", "", text));
}
function toEnd() { talk.scrollTop = talk.scrollHeight; }
/* The first new message comes to the top when they do not all fit, so that reading begins at the beginning. */
function reveal(first) {
  const height = log.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
  if (height > talk.clientHeight - 24) {
    talk.scrollTop += first.getBoundingClientRect().top - talk.getBoundingClientRect().top - 12;
  } else toEnd();
}

// -- from the server --------------------------------------------------------------------------------------------------
function receive(answer) {
  if (answer.talk === null && answer.messages.length) wipe();
  else if (answer.talk !== talkId) after = 0;
  talkId = answer.talk;
  let first = null;
  answer.messages.forEach((message) => {
    if (message.number !== null && message.number <= after) return;
    if (message.number !== null) after = message.number;
    const made = add(message);
    first = first || made;
  });
  if (first) reveal(first);
  return first !== null;
}
/* Everything was erased on the server: nothing stays here either. */
function wipe() {
  mine = [];
  after = 0;
  chips = null;
  log.textContent = "";
}
async function ask(address, body) {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE);
  const options = { signal: stop.signal, credentials: "same-origin", cache: "no-store", headers: { Accept: "application/json" } };
  if (body) {
    options.method = "POST";
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  try {
    const response = await fetch(address, options);
    if (response.ok) return { answer: await response.json() };
    return { status: response.status, after: Number(response.headers.get("Retry-After")) || 0 };
  } catch (error) {
    return { status: 0 };
  } finally {
    clearTimeout(late);
  }
}

// -- to the server ----------------------------------------------------------------------------------------------------
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => ("0" + byte.toString(16)).slice(-2)).join("");
}
function submit(kind, value, text) {
  const entry = { id: newId(), kind: kind, value: value, text: text, after: after, talk: talkId, state: "waiting" };
  mine.push(entry);
  start.hidden = true;
  tell("");
  addMine(entry);
  keep();
  toEnd();
  pump();
}
/* One message at a time, in order: the first one brings the cookie that the others need. */
async function pump() {
  const entry = mine.find((each) => each.state === "waiting");
  if (!ready || busy || !entry || mine.some((each) => each.state === "paused")) return;
  busy = true;
  rest(true);
  showWriting(words.writing);
  toEnd();
  const asked = chips, body = { id: entry.id, after: after };
  body[entry.kind] = entry.value;
  if (talkId) body.talk = talkId;
  const got = await ask("/chat/send", body);
  busy = false;
  showWriting("");
  if (got.answer) taken(entry, got.answer, asked);
  else refused(entry, got);
  keep();
  pump();
}
function taken(entry, answer, asked) {
  entry.state = "sent";
  mine.forEach((each) => { if (each.talk === null && each.state === "sent") each.talk = answer.talk; });
  showState(entry);
  tell("");
  retire(asked);
  wait = receive(answer) ? POLL : SOON;
  if (byKeyboard) (chips ? chips.firstElementChild : box).focus();
  byKeyboard = false;
  plan();
}
function refused(entry, got) {
  rest(false);
  if (got.status === 429) {
    tell(words.too_fast);
    entry.state = "paused";
    setTimeout(() => { entry.state = "waiting"; tell(""); pump(); }, 1000 * (got.after || 2));
  } else if (got.status >= 400 && got.status < 500) {
    giveBack(entry, got.status === 413 ? words.too_long : words.refused);
  } else {
    mine.forEach((each) => { if (each.state === "waiting") { each.state = "failed"; showState(each); } });
    tell(got.status ? words.failed : words.lost);
    toEnd();
    if (byKeyboard) log.querySelector(".again").focus();
  }
}
/* The server will never take this one as it is: the words go back into the box. */
function giveBack(entry, why) {
  mine = mine.filter((each) => each !== entry);
  lineOf(entry).remove();
  if (entry.kind === "text") box.value = box.value ? entry.text + "\n" + box.value : entry.text;
  start.hidden = log.childElementCount > 0;
  fit();
  tell(why);
}
function tryAgain() {
  mine.forEach((each) => { if (each.state === "failed") { each.state = "waiting"; showState(each); } });
  tell("");
  pump();
}
function locate() {
  rest(true);
  showWriting(words.locating);
  navigator.geolocation.getCurrentPosition(
    (place) => {
      // Three decimals are about a hundred metres: enough for the nearest centre, and no house.
      const round = (degrees) => Math.round(degrees * 1000) / 1000;
      showWriting("");
      submit("location", [round(place.coords.latitude), round(place.coords.longitude)], "📍 " + words.location);
    },
    () => { showWriting(""); rest(false); tell(words.no_location); },
    { timeout: 15000, maximumAge: 600000 },
  );
}

// -- what comes later -------------------------------------------------------------------------------------------------
function plan() {
  clearTimeout(timer);
  if (document.visibilityState === "visible" && talkId) timer = setTimeout(poll, wait);
}
async function poll() {
  if (!busy) {
    const got = await ask("/chat/updates?after=" + after + "&talk=" + talkId);
    if (got.answer && !busy) receive(got.answer);
    wait = got.answer ? POLL : Math.min(wait * 2, LONGEST_POLL);
  }
  plan();
}
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && talkId && ready) { wait = POLL; poll(); }
});
window.addEventListener("online", () => { if (mine.some((each) => each.state === "failed")) tryAgain(); });

// -- the box ----------------------------------------------------------------------------------------------------------
function fit() {
  // An empty box lies the way the page does, a written one the way its words do.
  box.dir = box.value ? "auto" : document.dir;
  const wasAtEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 4;
  box.style.blockSize = "auto";
  box.style.blockSize = box.scrollHeight + 4 + "px";
  if (wasAtEnd && log.childElementCount) toEnd();
}
function send() {
  const text = box.value;
  if (!text.trim()) { box.focus(); return; }
  if (text.length > LONGEST) { tell(words.too_long); return; }
  box.value = "";
  fit();
  byKeyboard = false;
  submit("text", text, text);
}
composer.addEventListener("submit", (event) => { event.preventDefault(); send(); });
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
});
box.addEventListener("input", () => { fit(); keep(); });
document.querySelectorAll(".example").forEach((example) => {
  example.addEventListener("click", (event) => {
    byKeyboard = event.detail === 0;
    submit("text", example.dataset.text, example.dataset.text);
  });
});
window.addEventListener("pagehide", keep);

// -- after a reload ---------------------------------------------------------------------------------------------------
async function restore() {
  log.setAttribute("aria-busy", "true");
  let said = [], got;
  do {
    got = await ask("/chat/updates?after=" + (said.length ? said[said.length - 1].number : 0));
    if (got.answer) said = said.concat(got.answer.messages);
  } while (got.answer && got.answer.more);
  if (got.answer) {
    talkId = got.answer.talk;
    // Of another talk than this one nothing is shown; what was not sent, or broken off by the reload, is tried again.
    mine = mine.filter((each) => each.state !== "sent" || (talkId && each.talk === talkId));
    mine.forEach((each) => { if (each.state !== "sent") each.state = "waiting"; });
    merge(said);
    ready = true;
    tell("");
    wait = POLL;
  } else {
    if (!log.childElementCount) mine.forEach(addMine);
    tell(words.not_read);
    setTimeout(restore, pause);
    pause = Math.min(pause * 2, LONGEST_POLL);
  }
  showWriting("");
  log.removeAttribute("aria-busy");
  start.hidden = log.childElementCount > 0;
  keep();
  if (log.childElementCount) toEnd();
  if (ready) { plan(); pump(); }
}
function merge(said) {
  log.textContent = "";
  const left = mine.slice();
  said.forEach((message) => {
    while (left.length && left[0].state === "sent" && left[0].after < message.number) addAnswered(left.shift());
    add(message);
    after = message.number;
  });
  left.forEach((entry) => { if (entry.state === "sent") addAnswered(entry); else addMine(entry); });
}
function addAnswered(entry) {
  addMine(entry);
  if (!chips) return;
  const chosen = Array.from(chips.children).find((chip) => chip.dataset.id === entry.value);
  if (chosen) chosen.classList.add("chosen");
  retire(chips);
}

try { box.value = sessionStorage.getItem("labas.draft") || ""; } catch (error) { box.value = ""; }
fit();
start.hidden = mine.length > 0;
if (mine.length) showWriting(words.reading);
restore();
