/** Which part of a delivery's body is the payload (S1.14). */
import { PayloadError } from "./json.ts";

type Kind = "json" | "form";

/** @returns undefined for a media type that isn't taken */
export function kindOf(contentType: string | undefined): Kind | undefined {
  const media = mediaType(contentType);
  if (media === "" || media === "application/json" || /^application\/[^/]*\+json$/.test(media)) return "json";
  return media === "application/x-www-form-urlencoded" ? "form" : undefined;
}

/** Without parameters, in lower case. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** @throws PayloadError when a form has no or more than one field `payload` */
export function payloadBytes(body: Buffer, kind: Kind): Buffer {
  if (kind === "json") return body;
  const fields = body.toString("latin1").split("&");
  const [only, ...others] = fields.filter((field) => decoded(field.split("=", 1)[0] ?? "") === "payload");
  const value = only === undefined || others.length > 0 ? undefined : only.split("=").slice(1).join("=");
  if (value === undefined) throw new PayloadError("The form must have exactly one field 'payload'.");
  return percentDecoded(value);
}

function decoded(name: string): string {
  return percentDecoded(name).toString("latin1");
}

/** @throws PayloadError */
function percentDecoded(text: string): Buffer {
  if (/%(?![\dA-Fa-f]{2})/.test(text)) throw new PayloadError("The form is not percent-encoded.");
  const bytes = text
    .replaceAll("+", " ")
    .replace(/%([\dA-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}
