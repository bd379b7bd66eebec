/* Staff's pages: keys, and what is new. Without it everything works by links and forms. */
(function () {
  "use strict";
  var desk = document.querySelector("[data-news]");
  var keys = document.getElementById("keys");

  function lines() { return Array.prototype.slice.call(document.querySelectorAll(".line .title")); }
  function typing(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox"; }

  function move(by) {
    var all = lines();
    if (!all.length) { return; }
    var line = document.activeElement && document.activeElement.closest(".line");
    var at = line ? all.indexOf(line.querySelector(".title")) : (by > 0 ? -1 : all.length);
    var next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function current() { return document.activeElement && document.activeElement.closest(".line"); }

  function press(selector) {
    var found = document.querySelector(selector);
    if (found) { found.click(); }
    return !!found;
  }

  function done() {
    var line = current();
    if (!line) { return press("#nothing-to-answer"); }
    var box = line.querySelector("input[type=checkbox]");
    if (!box) { return false; }
    document.querySelectorAll(".line input[type=checkbox]").forEach(function (other) { other.checked = other === box; });
    return press(".bulk button[value=nothing]");
  }

  function choose() {
    var line = current(), box = line && line.querySelector("input[type=checkbox]");
    if (box) { box.checked = !box.checked; }
  }

  function write(selector) {
    var field = document.querySelector(selector);
    if (field) { field.focus(); field.scrollIntoView({ block: "center" }); }
  }

  var does = {
    j: function () { move(1); },
    k: function () { move(-1); },
    x: choose,
    r: function () { write("#answer"); },
    e: done,
    u: function () { press("#back"); },
    "/": function () { write("#q"); },
    "?": function () { if (keys && !keys.open) { keys.showModal(); } }
  };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || (keys && keys.open)) { return; }
    var act = does[event.key];
    if (act) { event.preventDefault(); act(); }
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches(".line input[type=checkbox]")) { document.body.classList.toggle("choosing", busy()); }
  });

  function busy() { return !!document.querySelector(".line input[type=checkbox]:checked"); }

  function tell() {
    var held = busy() || (document.activeElement && document.activeElement.closest("#list"));
    var fresh = document.getElementById("fresh");
    if (held || !window.htmx || !document.getElementById("list")) { if (fresh) { fresh.hidden = false; } return; }
    window.htmx.trigger(document.body, "news");
  }

  if (desk && window.EventSource) {
    var source = new EventSource(desk.dataset.news + "?after=" + desk.dataset.newest);
    source.addEventListener("news", tell);
    window.addEventListener("pagehide", function () { source.close(); });
  }
})();
