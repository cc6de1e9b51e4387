/** What builds and commands are told of the operator's proxy (P10.1). */
import { parseProxy, type Way } from "../../network/index.ts";
import type { Job } from "../protocol.ts";
import type { Tools } from "../provider.ts";
import type { Variables } from "./environment.ts";

/** As the setting `builds.proxy` has it. */
const THE_WORKERS = "true";
const THIS_HOST = ["localhost", "127.0.0.1", "::1"];

/**
 * The variables that programs read, in lower and upper case; none without `builds.proxy`. The proxy's password is hidden
 * in the log from now on. This server is reached without the proxy, as its workers do.
 */
export function proxyVariables(job: Job, { way, log }: Pick<Tools, "way" | "log">): Variables {
  const proxy = proxyOf(job, way);
  if (proxy === undefined) return {};
  log.addSecrets(secretsOf(proxy));
  const others = job.settings?.["builds.noProxy"];
  const without = [...THIS_HOST, hostOf(job.publicUrl), ...(others === undefined ? [] : [others])];
  const values = { http_proxy: proxy, https_proxy: proxy, no_proxy: [...new Set(without)].join(",") };
  const inUpperCase = Object.entries(values).map(([name, value]) => [name.toUpperCase(), value]);
  return { ...values, ...Object.fromEntries(inUpperCase) };
}

function proxyOf({ settings = {} }: Job, way: Way): string | undefined {
  const setting = settings["builds.proxy"];
  if (setting === undefined) return undefined;
  const proxy = setting === THE_WORKERS ? way.proxy : parseProxy(setting);
  return proxy?.url.replace(/\/$/, "");
}

/** The password as it stands in the URL, and as the proxy is told it. */
function secretsOf(proxy: string): readonly string[] {
  const { password } = new URL(proxy);
  return password === "" ? [] : [password, decodeURIComponent(password)];
}

function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
}
