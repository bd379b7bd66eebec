// What others make of our mails: MJML's own compiler, an HTML checker, and the table of what mail programs support.
// Reads [{name, mjml, html}] from standard input, writes {name: {mjml, bytes, html, lacking}}: two lists of complaints,
// the size of what the other compiler makes, and features by the mail programs that lack them.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";
import { HtmlValidate } from "html-validate";
import mjml from "mjml";

const PROGRAMS = ["apple-mail.*", "gmail.desktop-webmail", "gmail.ios", "gmail.android", "outlook.*", "samsung-email.*", "yahoo.*"];
// `align` and `bgcolor` are deprecated on pages; in Outlook for Windows there is no other way.
const checker = new HtmlValidate({ root: true, extends: ["html-validate:standard"], rules: { "no-deprecated-attr": "off" } });

async function compiled(source) {
  const made = await mjml(source, { validationLevel: "soft" });
  return { mjml: made.errors.map((error) => error.formattedMessage), bytes: made.html.length };
}

async function checked(html) {
  const report = await checker.validateString(html);
  return report.results.flatMap((result) => result.messages).map((one) => `${one.line}: ${one.ruleId}: ${one.message}`);
}

function lacking(html) {
  const found = {};
  for (const [program, issues] of caniemail({ clients: PROGRAMS, html }).issues.errors)
    for (const issue of issues) (found[issue.title] ??= new Set()).add(program);
  return Object.fromEntries(Object.entries(found).map(([title, programs]) => [title, [...programs].sort()]));
}

const told = {};
for (const { name, mjml: source, html } of JSON.parse(readFileSync(0, "utf8")))
  told[name] = { ...(await compiled(source)), html: await checked(html), lacking: lacking(html) };
console.log(JSON.stringify(told));
