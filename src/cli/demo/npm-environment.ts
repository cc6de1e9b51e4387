import { homedir } from "node:os";
import { join } from "node:path";

const REACHING_THE_REGISTRY =
  /^(npm_config_(cache|registry|userconfig|cafile|proxy|https_proxy|noproxy)|node_extra_ca_certs|(https?|no)_proxy)$/i;

/**
 * How npm reaches its packages on this machine, for a build that starts with an empty home: the registry, proxies and
 * certificates of whoever runs the demo, and the cache that `npm ci` has just filled, so that nothing is fetched twice.
 */
export function npmEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): { name: string; value: string }[] {
  const variables = {
    npm_config_cache: join(homedir(), ".npm"),
    npm_config_prefer_offline: "true",
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => REACHING_THE_REGISTRY.test(name))),
  };
  return Object.entries(variables).map(([name, value = ""]) => ({ name, value }));
}
