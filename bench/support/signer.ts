/**
 * Signed requests of the JSON API as bytes, made as cheaply as can be: the load that is measured is the server's, not
 * ours.
 */
import { createHmac, hash } from "node:crypto";
import type { Target } from "./target.ts";

const SERVICE = "codepipeline";
const SIGNED_HEADERS = "content-type;host;x-amz-date;x-amz-target";
const TYPE = "application/x-amz-json-1.1";

/** @param target `CodePipeline_20150709.GetPipeline` @returns the whole HTTP/1.1 request */
export type Signer = (target: string, input: object) => Buffer;

export function createSigner({ url, region, credentials }: Target): Signer {
  const { host } = new URL(url);
  let keyDate = "";
  let key: Buffer = Buffer.alloc(0);

  return (target, input) => {
    const body = JSON.stringify(input);
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const date = time.slice(0, 8);
    if (date !== keyDate) {
      key = [date, region, SERVICE, "aws4_request"].reduce<Buffer>(
        (secret, part) => hmac(secret, part),
        Buffer.from(`AWS4${credentials.secretAccessKey}`),
      );
      keyDate = date;
    }
    const headers = `content-type:${TYPE}\nhost:${host}\nx-amz-date:${time}\nx-amz-target:${target}\n`;
    const canonical = `POST\n/\n\n${headers}\n${SIGNED_HEADERS}\n${hash("sha256", body)}`;
    const scope = `${date}/${region}/${SERVICE}/aws4_request`;
    const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", canonical)}`;
    const authorization =
      `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, ` +
      `SignedHeaders=${SIGNED_HEADERS}, Signature=${hmac(key, text).toString("hex")}`;
    return Buffer.from(
      `POST / HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${TYPE}\r\nx-amz-date: ${time}\r\n` +
        `x-amz-target: ${target}\r\nauthorization: ${authorization}\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
