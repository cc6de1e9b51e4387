import type { LogLine } from "../../core/logs/index.ts";

/** A line as text: marker lines carry their time as CodeBuild writes it, output stands as it came (P11.1). */
export function lineText({ stream, time, text }: LogLine): string {
  if (stream !== "system") return `${text}\n`;
  const [date = "", clock = ""] = new Date(time).toISOString().split("T");
  return `[Container] ${date.replaceAll("-", "/")} ${clock.replace("Z", "000")} ${text}\n`;
}

/** A line as a server-sent event; its id is the position to go on from. */
export function lineEvent(line: LogLine): string {
  return `id: ${line.seq}\ndata: ${JSON.stringify(line)}\n\n`;
}
