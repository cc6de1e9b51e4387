export { bucketOfHost } from "./address.ts";
export { s3Route } from "./route.ts";
