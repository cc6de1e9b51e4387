import { type IncomingContent, RunningDigests } from "../../../core/artifacts/index.ts";
import { S3Error } from "../error.ts";
import type { ChecksumsAbout, RequestBody } from "../operation.ts";
import { malformed, type XmlNode } from "../xml/node.ts";

/** Enough for CompleteMultipartUpload with 10,000 parts and their checksums, and for 1,000 keys to delete. */
const largestDocument = 4 * 1024 * 1024;

/**
 * @param content makes the body's bytes available, once
 * @param isEmpty whether the headers say that there is none
 */
export function requestBody(
  content: (checksums: ChecksumsAbout) => IncomingContent,
  isEmpty: boolean,
): RequestBody {
  return {
    content: () => content("the body"),

    async xml(root, checksums = "the body") {
      const text = isEmpty ? "" : await readText(content(checksums));
      if (text.trim() === "") throw malformed(`it is empty, a ${root} document is expected`);
      return await parse(text, root);
    },

    async optionalXml(root) {
      const text = isEmpty ? "" : await readText(content("the body"));
      return text.trim() === "" ? undefined : await parse(text, root);
    },
  };
}

/** The parser comes with the first document: most requests have none. @throws S3Error MalformedXML */
async function parse(text: string, root: string): Promise<XmlNode> {
  const { parseXml } = await import("../xml/read.ts");
  return parseXml(text, root);
}

async function readText(content: IncomingContent): Promise<string> {
  const digests = new RunningDigests(content);
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.bytes) {
    digests.update(chunk);
    if (digests.size > largestDocument) {
      throw new S3Error("MaxMessageLengthExceeded", "Your request was too big.", {
        details: { MaxMessageLengthBytes: String(largestDocument) },
      });
    }
    chunks.push(chunk);
  }
  content.verify(await digests.finish());
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw malformed("it is not UTF-8");
  }
}
