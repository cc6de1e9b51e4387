/** Inputs that are small in meaning and large in bytes, or in pieces: reading them costs no more than they are worth (A25). */
import { once } from "node:events";
import { truncate, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { locateBuildspec } from "../../src/worker/builds/locate-buildspec.ts";
import { parseBuildspec } from "../../src/worker/buildspec/index.ts";
import { gitHost, root } from "../git/host.ts";
import { tempFolder } from "../worker/support/temp-folder.ts";
import { answerOf } from "./support/signed-exchange.ts";

const folder = await tempFolder();

test("A25 a buildspec of gigabytes is read up to its limit, and refused for its size", async () => {
  const file = join(folder, "buildspec.yml");
  await writeFile(file, "version: 0.2\n");
  await truncate(file, 3 * 2 ** 30);
  const nowhere = { download: async () => expect.unreachable() };
  const { text } = await locateBuildspec(
    undefined,
    { path: folder, shown: folder },
    nowhere,
    join(folder, "scratch"),
  );
  expect(text.length).toBeLessThan(2 ** 21);
  expect(parseBuildspec(text, "buildspec.yml")).toMatchObject({
    kind: "refused",
    message: expect.stringContaining("larger than 1 MiB"),
  });
});

test("A25 a push whose commands come byte by byte keeps nobody else waiting", async () => {
  await using host = await gitHost();
  await host.create("app");
  const { hostname, port, host: name } = new URL(host.origin);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  const authorization = Buffer.from(`${root.accessKeyId}:${root.secretAccessKey}`).toString("base64");
  const head = [
    "POST /git/app.git/git-receive-pack HTTP/1.1",
    `host: ${name}`,
    `authorization: Basic ${authorization}`,
    "content-type: application/x-git-receive-pack-request",
    "transfer-encoding: chunked",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const zeros = "0".repeat(40);
  const commands = Array.from({ length: 2_000 }, (_, index) => {
    const line = `${zeros} ${zeros} refs/heads/branch-${index}`;
    return (line.length + 4).toString(16).padStart(4, "0") + line;
  });
  socket.write([...`${commands.join("")}0000`].map((byte) => `1\r\n${byte}\r\n`).join(""));
  socket.write("0\r\n\r\n");
  const answer = await answerOf(socket);
  expect(answer).toMatchObject({ status: 200 });
});
