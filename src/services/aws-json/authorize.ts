/** May the caller do this to that? (api.md §9) */
import { AccessError } from "../../core/access/types.ts";
import { toAwsError } from "./authenticate.ts";
import type { Call } from "./operation.ts";
import type { AnyOperation, Service } from "./service.ts";

/** @throws AwsError AccessDeniedException */
export async function authorize(
  service: Service,
  operation: AnyOperation,
  input: unknown,
  call: Call,
): Promise<void> {
  const permission = service.permission(operation.name);
  const otherActions = service.otherPermissions?.(operation.name) ?? [];
  const needs = operation
    .authorization(input as never, call)
    .map((need) =>
      need.action === undefined
        ? { ...need, action: permission, otherActions }
        : { ...need, action: need.action },
    );

  try {
    await call.core.access.authorize(call.caller, permission, needs, call.circumstances);
  } catch (error) {
    throw error instanceof AccessError ? toAwsError(error) : error;
  }
}
