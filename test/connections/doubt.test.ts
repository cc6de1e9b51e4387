/** A token that somebody was refused with: only what its host says of it counts (S7.2). */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GetConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openings } from "../../src/core/connections/opening.ts";
import { openInstallation } from "../../src/server/open-installation.ts";
import { outgoingSettings } from "../../src/server/outgoing-settings.ts";
import { TOKEN } from "../webhooks/support/github.ts";
import { type Connected, connected } from "./support/connected.ts";

let at: Connected;
beforeAll(async () => {
  at = await connected({ worker: false });
});
afterAll(() => at[Symbol.asyncDispose]());

/** Doubts a connection at a host that takes no token, after `meanwhile`. @returns the connection's status then */
async function doubted(arn: string, meanwhile: () => Promise<unknown> = async () => undefined) {
  const host = createServer((_, response) => {
    void meanwhile().then(() => response.writeHead(401).end("{}"));
  });
  await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(host.address() as AddressInfo).port}`;
  const { server, place } = at.fixture;
  const opened = await openInstallation({ ...place, dataDir: server.dataDir } as never);
  try {
    const allowOutgoing = [address];
    const reach = outgoingSettings({ allowOutgoing }, { apiUrl: `http://${address}` });
    const { doubt } = openings({ ...opened, reach, gitHubUrl: at.host.url, allowOutgoing });
    await doubt(server.accountId, arn);
  } finally {
    await opened.store.close();
    host.close();
  }
  const { Connection } = await at.connections.send(new GetConnectionCommand({ ConnectionArn: arn }));
  return Connection?.ConnectionStatus;
}

test("S7.2: a token that its host doesn't take makes the connection ERROR, which is no error of who doubts it again", async () => {
  const arn = await at.connect("GitHub");
  expect(await doubted(arn)).toBe("ERROR");
  expect(await doubted(arn)).toBe("ERROR");
});

test("S7.2: a host's word against a token says nothing against the one that was given meanwhile", async () => {
  const arn = await at.connect("GitHub");
  const scope = { account: at.fixture.server.accountId, region: at.fixture.server.region };
  expect(await doubted(arn, () => at.admin.complete(scope, arn, { token: TOKEN }))).toBe("AVAILABLE");
});
