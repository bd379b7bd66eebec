/* The page of the demo: asks once a second what is new, and shows it. */
"use strict";

const EVERY_MS = 1000;
const byId = (id) => document.getElementById(id);
const view = new RecordView(byId("shown"));
let chosen = "";
let reviews = [];
let told = 0;

/* Who is looked at goes together: a customer, their review, and the agent who did the work. */
const follow = (review) => {
  if (!review) return;
  chosen = review.id;
  customer.choose(review.contact);
  if (review.staff.length) staff.choose(review.staff[0]);
  look();
};
const customer = new Mailbox(byId("customer"), (email) => follow(reviews.find((one) => one.contact === email)));
const staff = new Mailbox(byId("staff"), () => {});
byId("chosen").addEventListener("change", (event) => follow(reviews.find((one) => one.id === event.target.value)));

const tell = (story) => {
  if (story.length === told) return;
  told = story.length;
  const lines = story.slice().reverse().map((line) => {
    const item = made("li");
    item.append(Object.assign(made("time", "meta", clock(line.at)), { dateTime: line.at }), made("span", "", line.text));
    return item;
  });
  byId("lines").replaceChildren(...lines);
};

const say = (element, words) => { if (element.textContent !== words) element.textContent = words; };

const show = (state) => {
  reviews = state.reviews;
  say(byId("next"), state.next);
  say(byId("waits"), `Short waits here: asked at once, not after an hour; an untouched click counts after ${state.hold_seconds} s, not ten minutes.`);
  say(byId("reviews"), `All ${state.reviews_total} reviews`);
  say(byId("sign-in"), "Sign in as sam@acme.example; the link comes to Sam's mail here.");
  byId("reviews").href = state.reviews_url;
  tell(state.story);
  if (!chosen && reviews.length) return follow(reviews[0]);
  offer(byId("chosen"), reviews.map((one) => [one.id, `${one.ticket} · ${one.subject}`]), chosen);
  for (const mailbox of [customer, staff]) {
    mailbox.update(state.people);
    const unread = mailbox.person?.unread ?? 0;
    const tab = document.querySelector(`[data-shows=${mailbox.side}]`);
    say(tab, `${firstName(mailbox.person?.name ?? tab.textContent)}${unread ? ` (${unread})` : ""}`);
  }
  view.update(state.record, state.faces);
};

let timer;
const look = async () => {
  clearTimeout(timer);
  try {
    show(await asked(`/state?review=${encodeURIComponent(chosen)}`));
    document.body.classList.remove("gone");
  } catch {
    document.body.classList.add("gone");
    say(byId("next"), "The demo does not answer. Has it been stopped?");
  }
  clearTimeout(timer);
  timer = setTimeout(look, EVERY_MS);
};

/* On a narrow screen one column is shown at a time. */
const tabs = [...document.querySelectorAll(".tabs button")];
for (const tab of tabs) {
  tab.addEventListener("click", () => {
    for (const other of tabs) {
      other.setAttribute("aria-pressed", String(other === tab));
      byId(other.dataset.shows).classList.toggle("chosen", other === tab);
    }
  });
}
byId("customer").classList.add("chosen");
look();
