import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Starts echo.ts, which ends when `stack` is disposed. @returns its URL */
export async function startEcho(stack: AsyncDisposableStack, answer: string): Promise<string> {
  const child = fork(fileURLToPath(new URL("echo.ts", import.meta.url)));
  stack.defer(() => void child.kill());
  child.send(answer);
  const [port] = await once(child, "message");
  return `http://127.0.0.1:${port}`;
}
