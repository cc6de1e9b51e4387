/** A git host's API, as far as connections ask it: whose is this token? */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Forge extends AsyncDisposable {
  readonly url: string;
  readonly asked: { readonly path: string; readonly authorization: string | undefined }[];
}

export async function startForge({ token }: { token: string }): Promise<Forge> {
  const asked: Forge["asked"] = [];
  const server = createServer((request, response) => {
    const { authorization, "private-token": privateToken } = request.headers;
    asked.push({ path: request.url ?? "", authorization });
    const isKnown =
      [`Bearer ${token}`, `token ${token}`].includes(authorization ?? "") || privateToken === token;
    const status = request.url === "/" ? 200 : !/\/user$/.test(request.url ?? "") ? 404 : isKnown ? 200 : 401;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? { login: "octo" } : { message: "Bad credentials" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
