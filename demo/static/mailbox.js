/* One mailbox of the demo's page: its list, the mail that is open, and an answer to it. */
"use strict";

/* An element with its text; everything the page says goes through textContent. */
const made = (tag, className = "", text = "") => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
};

const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const firstName = (name) => name.split(/[\s@]/)[0];

/* Set a select's options without losing the choice. */
const offer = (select, options, value) => {
  const wanted = JSON.stringify(options);
  if (select.dataset.offered !== wanted) {
    select.dataset.offered = wanted;
    select.replaceChildren(...options.map(([id, words]) => Object.assign(made("option", "", words), { value: id })));
  }
  select.value = value;
};

class Mailbox {
  constructor(section, chosen) {
    this.section = section;
    this.side = section.dataset.side;
    this.owner = "";
    this.people = [];
    this.open = null;
    this.shownList = "";
    const parts = document.getElementById("mailbox").content.cloneNode(true);
    this.select = parts.querySelector(".owner");
    section.querySelector(".head").append(this.select);
    section.append(parts);
    this.find = (selector) => section.querySelector(selector);
    this.select.setAttribute("aria-labelledby", section.getAttribute("aria-labelledby"));
    this.select.addEventListener("change", () => { this.choose(this.select.value); chosen(this.select.value); });
    for (const button of section.querySelectorAll(".views button")) {
      button.addEventListener("click", () => this.view(button.dataset.view));
    }
    this.find("form").addEventListener("submit", (event) => { event.preventDefault(); this.answer(); });
    this.find("textarea").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.answer();
    });
  }

  get person() { return this.people.find((one) => one.email === this.owner); }

  choose(owner) {
    if (this.owner === owner) return;
    this.owner = owner;
    this.open = null;
    this.find(".mail").hidden = true;
    this.refresh();
  }

  /* What the state says of everybody's mailboxes; the list is asked for when it changed. */
  update(people) {
    this.people = people.filter((one) => one.side === this.side);
    const named = (one) => `${one.name}, ${one.company || one.email}${one.unread ? ` (${one.unread} new)` : ""}`;
    offer(this.select, this.people.map((one) => [one.email, named(one)]), this.owner);
    const known = JSON.stringify([this.owner, this.person?.mails, this.person?.unread]);
    if (known !== this.known) { this.known = known; this.refresh(); }
  }

  async refresh() {
    const owner = this.owner;
    if (!owner) return;
    const { mails } = await asked(`/mailboxes/${encodeURIComponent(owner)}`);
    if (owner !== this.owner) return;
    this.list(mails);
    const arrived = mails.filter((mail) => !mail.sent);
    if (!this.open && arrived.length) await this.show(arrived[0].id);
  }

  list(mails) {
    const known = JSON.stringify([mails, this.open?.id]);
    if (known === this.shownList) return;
    this.shownList = known;
    const focused = document.activeElement?.dataset?.mail;
    this.find(".empty").hidden = mails.length > 0;
    this.find(".empty").textContent = this.side === "staff" ? "No mail yet. What the customer says comes here." : "No mail yet.";
    this.find(".mails").replaceChildren(...mails.map((mail) => this.row(mail)));
    if (focused && this.section.contains(document.activeElement) === false) this.find(`[data-mail="${focused}"]`)?.focus();
  }

  row(mail) {
    const button = made("button", mail.read ? "" : "unread");
    button.type = "button";
    button.dataset.mail = mail.id;
    if (this.open?.id === mail.id) button.setAttribute("aria-current", "true");
    const who = made("span", "who-line", mail.sent ? `To ${mail.who}` : mail.who);
    if (!mail.read) who.append(made("span", "new", "new"));
    button.append(who, made("time", "meta", clock(mail.at)), made("span", "subject", mail.subject));
    button.addEventListener("click", () => this.show(mail.id));
    const item = made("li");
    item.append(button);
    return item;
  }

  async show(id) {
    const mail = await asked(`/mails/${id}`);
    if (this.open?.id !== id) this.find("form [role=status]").textContent = "";
    this.open = mail;
    this.find(".mail").hidden = false;
    this.find("h3").textContent = mail.subject;
    this.find(".from").textContent = mail.sent ? `to ${mail.to}` : mail.from_address;
    const signed = this.find(".signed");
    signed.hidden = !mail.signed_by;
    signed.textContent = mail.signed_by ? `✓ signed by ${mail.signed_by}` : "";
    this.find("form").hidden = !mail.answerable;
    const words = `Answer as ${firstName(this.person?.name ?? this.owner)}`;
    Object.assign(this.find("textarea"), { placeholder: `${words} …`, ariaLabel: words });
    this.find("[data-view=html]").hidden = !mail.has_html;
    this.view(mail.has_html ? "html" : "text");
    await this.refresh();
  }

  view(name) {
    const frame = this.find("iframe");
    const plain = this.find(".plain");
    frame.hidden = name !== "html";
    plain.hidden = name === "html";
    if (name === "html") frame.src = `/mails/${this.open.id}/page`;
    else plain.replaceChildren(...linked(name === "text" ? this.open.text : this.open.source, name === "text"));
    plain.classList.toggle("source", name === "source");
    for (const button of this.section.querySelectorAll(".views button")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === name));
    }
  }

  async answer() {
    const field = this.find("textarea");
    const button = this.find("form button");
    const status = this.find("form [role=status]");
    if (!field.value.trim()) { field.focus(); return; }
    button.disabled = true;
    status.textContent = "Sending by SMTP …";
    const told = await posted(`/mails/${this.open.id}/answers`, { text: field.value });
    button.disabled = false;
    status.textContent = told.ok ? `Sent at ${clock(new Date())}, signed by ${this.owner.split("@")[1]}.` : told.detail;
    if (told.ok) { field.value = ""; this.refresh(); }
  }
}

/* A text with its addresses as links, as every mail program shows it. */
const linked = (text, withLinks) => {
  if (!withLinks) return [document.createTextNode(text)];
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) => {
    if (index % 2 === 0) return document.createTextNode(part);
    return Object.assign(made("a", "", part), { href: part, target: "_blank", rel: "noopener noreferrer" });
  });
};

const asked = async (path) => {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.json();
};

const posted = async (path, fields) => {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(fields) });
    return { ok: answer.ok, ...(await answer.json()) };
  } catch {
    return { ok: false, detail: "It could not be sent. Is the demo still running?" };
  }
};
