export { createGitRoute } from "./route.ts";
