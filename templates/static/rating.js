/* The rating page's script: casts the vote after one visible second, strengthens it by the first sign of a person.
   It stores nothing and reads nothing but what is sent here. Without it the forms of the page do the same. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-script]");
  if (!form) return;
  const comment = document.querySelector("form[data-comment]");
  const confirm = document.getElementById("confirm");
  const status = document.getElementById("status");
  const sent = document.getElementById("sent");
  const chips = [...comment.querySelectorAll("fieldset.chips")];
  const faces = [...form.querySelectorAll(".face")];
  const nonce = form.elements.nonce.value;
  const DWELL_MS = Number(form.dataset.dwellMs);
  const LEAVE_MS = 300; // who touched the page and leaves it sooner has not seen it
  const SIGNS = ["pointermove", "pointerdown", "touchstart", "wheel", "scroll", "keydown"];

  let answer = form.dataset.answer;
  let waiting = form.dataset.state === "asking" && answer !== "";
  let pressed = false; // a press says more than the vote cast for it
  let sign = ""; // the first trusted event
  let seen = 0; // visible milliseconds before `since`
  let since = null;
  let timer;

  const post = async (fields) => {
    const body = new URLSearchParams({ ...fields, nonce, webdriver: navigator.webdriver ? "1" : "0" });
    const reply = await fetch(form.action, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } });
    if (!reply.ok) throw new Error(`answered ${reply.status}`);
    return reply.status === 204 ? {} : reply.json();
  };

  const label = (value) => faces.filter((face) => face.value === value).map((face) => face.textContent.trim())[0] ?? "";
  const say = (words) => { status.textContent = words.replace("{}", label(answer)); };

  const show = (value, result) => {
    answer = value;
    for (const face of faces) face.setAttribute("aria-pressed", String(face.value === value));
    comment.elements.answer.value = value;
    for (const group of chips) group.hidden = group.disabled = group.dataset.for !== value;
    confirm.value = value;
    confirm.querySelector("span").textContent = label(value);
    confirm.hidden = !result.needs_tap;
    say(result.needs_tap ? status.dataset.tap : status.dataset.recorded);
  };

  const settled = () => { waiting = false; clearTimeout(timer); };

  const cast = () => {
    settled();
    post({ kind: "vote", mode: "auto", answer, event: sign, trusted: sign ? "1" : "0" }).then(
      (result) => { if (!pressed) show(answer, result); },
      () => { if (!pressed) { confirm.hidden = false; say(status.dataset.again); } },
    );
  };

  // Only visible time counts: a tab in the background, or a page shown ahead of time, has not been seen.
  const look = () => {
    clearTimeout(timer);
    if (since !== null) seen += performance.now() - since;
    since = document.visibilityState === "visible" ? performance.now() : null;
    if (waiting && since !== null) timer = setTimeout(cast, Math.max(0, DWELL_MS - seen));
  };

  const leave = () => {
    look();
    if (waiting && sign && seen >= LEAVE_MS) cast();
  };

  const noticed = (event) => {
    if (!event.isTrusted || sign) return;
    sign = event.type;
    for (const name of SIGNS) removeEventListener(name, noticed, true);
    post({ kind: "signal", event: sign, trusted: "1" }).catch(() => {});
  };

  // A press is sent from the click, which tells a person's from a script's; should that fail, the form goes by itself.
  const press = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    pressed = true;
    settled();
    post({ kind: "vote", mode: "button", answer: button.value, trusted: event.isTrusted ? "1" : "0" }).then(
      (result) => show(button.value, result),
      () => form.requestSubmit(button),
    );
  };

  const write = (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    event.preventDefault();
    const field = comment.elements.comment;
    const causes = Object.fromEntries([...new FormData(comment)].filter(([name]) => /^(cause-|unfixed|hear)/.test(name)));
    if (!field.value.trim() && !Object.keys(causes).length) return field.focus({ preventScroll: true }); // a scroll of ours would look like a person's
    pressed = true;
    settled();
    const words = { comment: field.value, answer, ...causes };
    post({ kind: "comment", mode: "comment", ...words, trusted: event.isTrusted ? "1" : "0" }).then(
      (result) => { if (answer) show(answer, result); field.value = ""; sent.textContent = status.dataset.thanks; },
      () => comment.requestSubmit(button),
    );
  };

  const start = () => {
    post({ kind: "arrive" }).catch(() => {});
    if (waiting) { confirm.hidden = true; say(status.dataset.wait); }
    form.addEventListener("click", press);
    comment.addEventListener("click", write);
    for (const name of SIGNS) addEventListener(name, noticed, { capture: true, passive: true });
    document.addEventListener("visibilitychange", look);
    addEventListener("pagehide", leave);
    look();
  };

  if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
})();
