// Which tags has MJML, what may stand in each, and which attributes may it have? As its own validator has it:
// `node table.mjs > ../../templates/mjml.json`. An attribute's value is its type; null in `inside`: any tag of MJML.
import preset from "mjml-preset-core";

const { components, dependencies } = preset.default ?? preset;
const attributes = Object.fromEntries(components.map((one) => [one.componentName, one.allowedAttributes ?? {}]));
const inside = (tags) => (tags.every((tag) => typeof tag === "string") ? [...tags].sort() : null);
const tags = [...new Set([...Object.keys(dependencies), ...Object.keys(attributes)])].sort();
const lines = tags.map((tag) => {
  const known = { inside: inside(dependencies[tag] ?? []), attributes: attributes[tag] ?? {} };
  return `  ${JSON.stringify(tag)}: ${JSON.stringify(known)}`;
});
console.log(`{\n${lines.join(",\n")}\n}`);
