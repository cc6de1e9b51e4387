/** The forms in which a secret may turn up in output (P10.3). */
import { sanitize } from "./sanitize.ts";

const SHORTEST = 4;

/** Whether a value is long and particular enough to be looked for; masking `true` or `80` would only hide the log. */
export function isMaskable(value: string): boolean {
  return value.length >= SHORTEST && !["true", "false", "null"].includes(value) && !/^\d{1,5}$/.test(value);
}

/** The value, each of its lines, and both base64 alphabets, percent-encoded and JSON-escaped forms. */
export function secretForms(value: string): readonly string[] {
  const forms = [
    value,
    ...value.split(/\r\n|\n|\r/).flatMap((line) => [line, sanitize(line)]),
    ...base64Forms(value),
    ...percentForms(value),
    JSON.stringify(value).slice(1, -1),
  ];
  return [...new Set(forms)].filter(isMaskable);
}

/**
 * Base64 of the value wherever it stands in what was encoded: at each of the three alignments, the characters that
 * depend on the value alone.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const own = encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

/** As encodeURIComponent writes it, strictly by RFC 3986, as a form field, and each with small hex digits. */
function percentForms(value: string): string[] {
  const loose = encodeURIComponent(value.toWellFormed());
  const strict = loose.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [loose, strict, strict.replaceAll("%20", "+")];
  return [...forms, ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))];
}
