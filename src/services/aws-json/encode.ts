/** An operation's output to JSON, by the SDK's schema: members that the model lacks are left out, times are seconds. */
import { JsonCodec2 } from "@smithy/core/protocols";
import type { NormalizedSchema } from "@smithy/core/schema";

/** AWS JSON 1.1: times as seconds with a fraction unless the model says otherwise (api.md §2.3). */
const EPOCH_SECONDS = 7;

// Writing never waits, so one serialiser serves all requests in turn.
const serializer = new JsonCodec2({
  timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
  jsonName: false,
}).createSerializer();

/** @param schema undefined where the model has no output: the body is empty (api.md §1.2) */
export function encode(schema: NormalizedSchema | undefined, output: unknown): string {
  if (schema === undefined) return "";
  serializer.write(schema, output);
  const { buffer, byteOffset, byteLength } = serializer.flush() as Uint8Array;
  // As text: node sends it in one piece with the headers, bytes in a piece of their own.
  return Buffer.from(buffer, byteOffset, byteLength).toString("utf8");
}
