/* The record of one review, as the API tells it. */
"use strict";

const STATUS = {
  none: () => "No answer yet.",
  provisional: (rating, left) => (left ? `Waiting: it counts in ${left} s if nothing speaks against it.` : "Waiting for one more tap on the page."),
  confirmed: (rating) => (rating.grade === "hard" ? "It counts: a person was seen on the page." : "It counts: nothing spoke against it."),
  voided: () => "Nobody has rated: what came in was a machine's.",
};
const KINDS = { invitation: "Question to the customer", notice: "Notice to the agent", answer: "Answer to the customer", held: "Note about a held answer" };
const FATES = { due: "on its way", claimed: "on its way", deferred: "tried again later", sent: "sent", refused: "refused", dropped: "not needed" };
const SENDERS = { verified: "sender verified", broken: "changed on the way, or not theirs", forged: "forged" };
const SIDES = { customer: "Customer", staff: "Staff", note: "Note" };

/* What became of a mail, or when it is due: a notice waits until what it tells counts. */
const fate = (delivery) => {
  const later = delivery.status === "due" && new Date(delivery.due_at) > new Date();
  const words = later ? `due at ${clock(delivery.due_at)}` : (FATES[delivery.status] ?? delivery.status);
  return delivery.reason ? `${words}: ${delivery.reason}` : words;
};

class RecordView {
  constructor(root) {
    this.root = root;
    this.known = "";
    this.countdown = null;
  }

  update(record, faces) {
    if (!record) return;
    const { counts_in_seconds: left, ...lasting } = record;
    const known = JSON.stringify(lasting);
    if (known !== this.known) {
      this.known = known;
      this.render(lasting, faces);
    }
    this.count(record.rating, left);
  }

  count(rating, left) {
    const words = STATUS[rating.status](rating, left);
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  render(record, faces) {
    this.status = made("p", "standing");
    const parts = [this.about(record), this.rating(record, faces)];
    if (record.comment) parts.push(this.comment(record.comment));
    parts.push(this.scanner(record, faces));
    parts.push(this.thread(record.messages, record), this.mails(record.deliveries));
    this.root.replaceChildren(...parts, this.door(record));
  }

  about(record) {
    const part = made("div", "about");
    const agent = record.agent ? `${record.agent.name}${record.team ? `, ${record.team}` : ""}` : record.team;
    const who = [record.contact.name || record.contact.email, record.contact.company].filter(Boolean).join(", ");
    part.append(made("h3", "", record.subject));
    part.append(made("p", "meta", `Ticket ${record.ticket} · ${who} · ${agent}`));
    return part;
  }

  rating(record, faces) {
    const face = faces.find((one) => one.value === record.rating.value);
    const part = made("div", "rating");
    const badge = made("p", face ? `badge big face-${face.value}` : "badge big none");
    if (face) badge.append(made("span", "emoji", face.emoji), ` ${face.word}`);
    else badge.textContent = "—";
    badge.classList.toggle("waiting", record.rating.status === "provisional");
    part.append(badge, this.status);
    return part;
  }

  /* A link scanner opens and presses every face in the mail: what becomes of it here, and elsewhere. */
  scanner(record, faces) {
    const part = made("div", "scanner");
    const button = made("button", "action", "Let a link scanner loose");
    button.type = "button";
    const told = made("p", "meta", "Mail filters open every link in a mail, run the pages and press their buttons. See what that does here.");
    told.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      button.disabled = true;
      told.textContent = "It opens every face of this mail …";
      told.textContent = (await posted(`/reviews/${record.id}/scanner`, {})).detail;
      button.disabled = false;
    });
    part.append(made("h4", "", "Is it a person?"), told, button);
    if (record.scanned) part.append(...this.scanned(record.scanned, faces));
    return part;
  }

  scanned(scanned, faces) {
    const says = (value) => faces.find((one) => one.value === value)?.word ?? "nobody rated";
    const list = made("dl", "peers");
    for (const [name, value] of [["Last click wins", scanned.last_click_wins], ["Confirm button", scanned.confirm_button], ["Afterword", scanned.ours]]) {
      list.append(made("dt", "", name), made("dd", value ? `badge face-${value}` : "badge none", says(value)));
    }
    const why = made("details");
    const lines = made("ol", "evidence");
    lines.append(...scanned.evidence.map((entry) => made("li", "", `${clock(entry.at)} ${entry.text}`)));
    why.append(made("summary", "", "Why, request by request"), lines);
    return [list, made("p", "verdict", scanned.verdict), why];
  }

  comment(words) {
    const part = made("div");
    part.append(made("h4", "", "Comment"), made("blockquote", "words", words));
    return part;
  }

  thread(messages, record) {
    const part = made("div");
    part.append(made("h4", "", "Thread"));
    if (!messages.length) {
      part.append(made("p", "meta", "Whatever is answered by mail joins here."));
      return part;
    }
    const list = made("ol", "thread");
    list.append(...messages.map((message) => this.message(message, record)));
    part.append(list);
    return part;
  }

  message(message, record) {
    const item = made("li", `message by-${message.by}`);
    const trust = SENDERS[message.sender.verdict] ?? "sender not verified";
    item.append(made("p", "meta", `${SIDES[message.by]} · ${message.sender.address} · ${clock(message.at)} · ${trust}`));
    item.append(made("p", "words", message.text || "(no words)"));
    if (message.held) item.append(made("p", "doubt", `Held: ${message.held}.`));
    if (message.trimmed) {
      const rest = made("details");
      rest.append(made("summary", "", "What else the mail held"), made("pre", "", message.trimmed));
      item.append(rest);
    }
    return item;
  }

  mails(deliveries) {
    const part = made("div");
    const list = made("ul", "deliveries");
    for (const one of deliveries) {
      const item = made("li");
      item.append(made("span", "", KINDS[one.kind] ?? one.kind), made("span", "fate", fate(one)));
      list.append(item);
    }
    part.append(made("h4", "", "Mails sent"), list);
    return part;
  }

  door(record) {
    const part = made("p", "door");
    if (record.record_url) {
      const words = `Open the record page as ${record.agent_name}`;
      part.append(Object.assign(made("a", "button", words), { href: record.record_url, target: "_blank", rel: "noopener" }));
    } else {
      part.className = "meta";
      part.textContent = `The link to its page comes with the first notice to ${record.agent_name || "staff"}.`;
    }
    return part;
  }
}
