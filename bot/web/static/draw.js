/* Draws messages: text with numbers that can be tapped, files, and buttons with a symbol each. Knows no state. */

const TAGS = { ary: "ar-MA", ar: "ar-MA", fr: "fr", "ary-Latn": "ary-Latn" };
const SYMBOLS = {
  "go=book_appointment": "calendar", "go=check_appointment": "list", "go=find_facility": "place",
  "go=ask_emergency_number": "phone", "go=talk_to_human": "person", "go=change_language": "language",
  "go=ask_help": "menu", "go=ask_privacy": "lock", "go=ask_required_documents": "papers",
  "go=reschedule_appointment": "calendar", "go=cancel_appointment": "no",
};
const BY_ANSWER = { day: "calendar", facility: "place", commune: "place", language: "language" };
const BY_VALUE = { yes: "yes", no: "no", stop: "no", more: "more", elsewhere: "place", other_day: "calendar" };

export function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function symbol(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", "#i-" + name);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function symbolOf(id) {
  if (SYMBOLS[id]) return SYMBOLS[id];
  const parts = /^\d+\.(\w+)=(.*)$/.exec(id);
  return parts ? BY_VALUE[parts[2]] || BY_ANSWER[parts[1]] || null : null;
}

/* A line of the talk: whose it is, for those who hear it, then what it holds. */
export function line(who, speaker, bubble) {
  const made = make("div", "said " + who);
  made.append(make("span", "unseen", speaker + " "), bubble);
  return made;
}

/* A message of Labas, without its buttons. */
export function theirs(message, words) {
  const bubble = make("div", "bubble");
  bubble.dir = message.direction;
  bubble.lang = TAGS[message.language] || "";
  const made = line("labas", words.labas, bubble);
  made.dataset.say = message.say;
  const isAlarm = message.outcome === "ambulance" || message.outcome === "emergency" || /^emergency\./.test(message.say);
  if (isAlarm) made.classList.add("alarm");
  if (/^(booking|rescheduling|cancelling)\.done$/.test(message.say)) {
    made.classList.add("done");
    addDone(bubble, message.text);
  } else {
    addText(bubble, message.text, message.calls, isAlarm, words);
  }
  if (message.document) made.append(file(message.document, words));
  return made;
}

function addDone(bubble, text) {
  const lines = text.split("\n");
  const first = make("span", "first");
  first.append(symbol("yes"), make("span", "", lines[0]));
  bubble.append(first, lines.slice(1).join("\n"));
}

function addText(bubble, text, calls, isAlarm, words) {
  const numbers = calls.slice().sort((a, b) => b.length - a.length)
    .map((call) => call.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  let from = 0, found;
  const pattern = new RegExp("(^|[^\\d])(" + numbers.join("|") + ")(?!\\d)", "g");
  while (numbers.length && (found = pattern.exec(text))) {
    const at = found.index + found[1].length;
    const link = make("a", "call");
    link.href = "tel:" + found[2].replace(/[^\d+]/g, "");
    link.setAttribute("aria-label", words.call + " " + found[2]);
    if (isAlarm) link.append(symbol("phone"));
    const number = make("span", "", found[2]);
    number.dir = "ltr";
    link.append(number);
    bubble.append(text.slice(from, at), link);
    from = pattern.lastIndex = at + found[2].length;
  }
  bubble.append(text.slice(from));
}

function file(document, words) {
  const link = make("a", "file");
  link.href = document.address;
  link.setAttribute("download", document.name);
  link.append(symbol("save"), make("span", "", /\.ics$/.test(document.name) ? words.calendar : words.copy));
  return link;
}

/* A group of buttons; arrows go from one to the next, the way they lie on the screen. */
export function chips(name) {
  const group = make("div", "chips");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", name);
  group.addEventListener("keydown", walk);
  return group;
}

export function chip(label, id, language, act) {
  const made = make("button", "chip");
  made.type = "button";
  made.dataset.id = id;
  made.lang = TAGS[language] || "";
  const name = id === "location" ? "place" : symbolOf(id);
  if (name) made.append(symbol(name));
  const text = make("span", "", label);
  text.dir = "auto";
  made.append(text);
  made.addEventListener("click", act);
  return made;
}

function walk(event) {
  const all = Array.from(event.currentTarget.children), at = all.indexOf(document.activeElement);
  const isRightToLeft = getComputedStyle(event.currentTarget).direction === "rtl";
  const forward = isRightToLeft ? "ArrowLeft" : "ArrowRight", backward = isRightToLeft ? "ArrowRight" : "ArrowLeft";
  let to = null;
  if (event.key === forward || event.key === "ArrowDown") to = all[(at + 1) % all.length];
  else if (event.key === backward || event.key === "ArrowUp") to = all[(at - 1 + all.length) % all.length];
  else if (event.key === "Home") to = all[0];
  else if (event.key === "End") to = all[all.length - 1];
  if (to) { event.preventDefault(); to.focus(); }
}

/* What the person sent, with room for "not sent". */
export function mine(entry, words) {
  const bubble = make("div", "bubble", entry.text);
  bubble.dir = "auto";
  const made = line("you", words.you, bubble);
  made.dataset.id = entry.id;
  made.append(make("div", "state"));
  return made;
}

export function dots() {
  const made = make("span", "dots");
  made.setAttribute("aria-hidden", "true");
  made.append(make("i"), make("i"), make("i"));
  return made;
}
