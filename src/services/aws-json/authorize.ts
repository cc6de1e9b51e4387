/** May the caller do this to that? (api.md §9) */
import { AccessError } from "../../core/access/types.ts";
import { toAwsError } from "./authenticate.ts";
import type { Call } from "./operation.ts";
import type { AnyOperation, Service } from "./service.ts";

/** @throws AwsError AccessDeniedException */
export function authorize(service: Service, operation: AnyOperation, input: unknown, call: Call): void {
  const resources = operation.resources(input as never, call);
  try {
    call.core.access.authorize(call.caller, service.permission(operation.name), resources);
  } catch (error) {
    throw error instanceof AccessError ? toAwsError(error) : error;
  }
}
